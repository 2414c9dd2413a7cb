// Forty solvers are too many to choose from: three of them first, the others by what they are.
import { plural, sentence } from './words.js';

const ADVICE = new Map([
  ['dpm-solver++-2m', 'few steps and no surprises'],
  ['unipc-3', 'to the last digit, from 30 steps on'],
  ['sde-dpm-solver++-2m', 'noise on the way: more steps, often better'],
]);
const RECOMMENDED = 3;
const FAMILIES = ['One evaluation a step', 'Several evaluations a step', 'With noise on the way', 'Jumps of a flow map'];

/** The groups of a list of solvers: those that are recommended for a model, then all others. */
export function groups(offered, preferred) {
  const first = [preferred, ...ADVICE.keys()].filter((name, i, all) => all.indexOf(name) === i)
    .map((name) => offered.find((solver) => solver.name === name)).filter(Boolean).slice(0, RECOMMENDED);
  const rest = offered.filter((solver) => !first.includes(solver));
  return [group('Recommended', first),
    ...FAMILIES.map((label, i) => group(label, rest.filter((solver) => family(solver) === i))),
  ].filter((element) => element.childElementCount);
}

function group(label, solvers) {
  const element = Object.assign(document.createElement('optgroup'), { label });
  element.append(...solvers.map(({ name }) => new Option(name, name)));
  return element;
}

function family({ flowMap, deterministic, evaluationsPerStep }) {
  if (flowMap) return 3;
  if (!deterministic) return 2;
  return evaluationsPerStep > 1 ? 1 : 0;
}

/** What a solver is good for, does and costs, in a line. */
export function describe({ name, order, evaluationsPerStep, deterministic }) {
  const calls = evaluationsPerStep === 1 ? 'one evaluation' : plural(evaluationsPerStep, 'evaluation');
  const facts = `order ${order}, ${calls} a step${deterministic ? '' : ', adds noise'}`;
  return sentence(ADVICE.has(name) ? `${ADVICE.get(name)}; ${facts}` : facts);
}
