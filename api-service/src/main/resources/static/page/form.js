// The form: what can be chosen, what is chosen, and what is wrong with it.
import { Problem } from './api.js';

const $ = (id) => document.getElementById(id);
const pairs = ['count', 'steps', 'cfgScale'];
// A list of forty solvers needs headings.
const families = ['One evaluation a step', 'Several evaluations a step', 'With noise', 'Jumps of a flow map'];

let models = [];
let solvers = new Map();

export function setup(allModels, allSolvers) {
  models = allModels;
  solvers = new Map(allSolvers.map((solver) => [solver.name, solver]));
  fill($('model'), models.map((model) => [model.name, model.name]));
  for (const id of pairs) {
    $(id).addEventListener('input', () => { $(`${id}-range`).value = $(id).value; });
    $(`${id}-range`).addEventListener('input', () => { $(id).value = $(`${id}-range`).value; });
  }
  $('model').addEventListener('change', () => useModel());
  $('solver').addEventListener('change', describeSolver);
  $('label').addEventListener('change', () => guidance());
  $('dice').addEventListener('click', () => { $('seed').value = ''; $('seed').focus(); });
  $('form').addEventListener('input', (event) => mark(event.target.name || event.target.id.replace('-range', ''), ''));
  useModel();
}

export const model = () => models.find((candidate) => candidate.name === $('model').value);

export function read() {
  clear();
  const request = { model: $('model').value, count: number('count', 1, 64, true), steps: number('steps', 1, 1000, true),
    solver: $('solver').value };
  if ($('label').value !== '' && model().classes.length) {
    request.label = Number($('label').value);
    request.cfgScale = number('cfgScale', 0, 30, false);
  }
  const seed = $('seed').value.trim();
  if (seed !== '') {
    if (!/^-?\d{1,19}$/.test(seed)) wrong('seed', 'A seed is a whole number; leave it empty for a random one.');
    request.seed = seed;
  }
  const first = document.querySelector('#form [aria-invalid="true"]');
  if (first) {
    first.focus();
    throw new Problem('Some settings need another look.');
  }
  return request;
}

/** Shows settings of an earlier picture; what no longer exists is left alone. */
export function write(settings) {
  clear();
  if (models.some((candidate) => candidate.name === settings.model)) {
    $('model').value = settings.model;
    useModel();
  }
  const index = model().classes.indexOf(settings.label);
  $('label').value = index < 0 ? '' : String(index);
  if (model().solvers.includes(settings.solver)) $('solver').value = settings.solver;
  set('steps', settings.steps);
  set('count', settings.count);
  if (index >= 0) set('cfgScale', settings.cfgScale);
  $('seed').value = settings.seed;
  describeSolver();
  guidance();
}

/** Marks the fields that the server names. */
export function refuse(errors) {
  for (const { field, message } of errors) mark(field.split(/[.[]/)[0], message);
}

function useModel() {
  const card = model();
  if (!card) return;
  const size = card.shape.length === 3 ? `${card.shape[2]} × ${card.shape[1]}` : `${card.shape[0]} numbers`;
  const parameters = card.parameters ? `, ${(card.parameters / 1e6).toFixed(1)} M parameters` : '';
  $('model-hint').textContent = card.description || `version ${card.version}, ${size}${parameters}`;
  const points = card.shape.length === 1;
  if ($('count-title').textContent !== (points ? 'Points' : 'Images')) {
    $('count-title').textContent = points ? 'Points' : 'Images';
    $('count-range').max = points ? 64 : 36;
    set('count', points ? 64 : 16);
  }
  fill($('label'), [['', 'any (no guidance)'], ...card.classes.map((name, index) => [String(index), name])]);
  $('label').value = card.classes.length && !points ? '0' : '';
  $('label-field').hidden = !card.classes.length;
  $('solver').replaceChildren(...groups(card.solvers.map((name) => solvers.get(name))));
  $('solver').value = card.defaults.solver;
  set('steps', card.defaults.steps);
  set('cfgScale', card.defaults.cfgScale);
  describeSolver();
  guidance();
}

function groups(offered) {
  const family = (solver) => families[solver.flowMap ? 3 : !solver.deterministic ? 2 : solver.evaluationsPerStep > 1 ? 1 : 0];
  return families.map((label) => {
    const group = Object.assign(document.createElement('optgroup'), { label });
    group.append(...offered.filter((solver) => family(solver) === label).map(({ name }) => new Option(name, name)));
    return group;
  }).filter((group) => group.childElementCount);
}

function describeSolver() {
  const solver = solvers.get($('solver').value);
  if (!solver) return;
  const calls = solver.evaluationsPerStep === 1 ? 'one evaluation' : `${solver.evaluationsPerStep} evaluations`;
  $('solver-hint').textContent = `order ${solver.order}, ${calls} a step${solver.deterministic ? '' : ', adds noise'}`;
}

function guidance() {
  $('cfg-field').hidden = $('label').value === '' || !model()?.nullClass;
  if (!model()?.nullClass) set('cfgScale', 1);
}

function number(id, low, high, whole) {
  const value = Number($(id).value);
  if ($(id).value.trim() === '' || !(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
    wrong(id, `A ${whole ? 'whole ' : ''}number from ${low} to ${high}.`);
  }
  return value;
}

function set(id, value) {
  $(id).value = value;
  $(`${id}-range`).value = value;
}

function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

const wrong = (id, message) => mark(id, message);

function mark(id, message) {
  const input = $(id);
  const text = $(`${id}-wrong`);
  if (!input || !text) return;
  text.textContent = message;
  input.toggleAttribute('aria-invalid', Boolean(message));
  if (message) {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', text.id);
  }
}

function clear() {
  for (const id of ['model', 'label', 'count', 'solver', 'steps', 'cfgScale', 'seed']) mark(id, '');
}
