// A new experiment: two arms and more, a goal, and what stops an arm.
import { getJson, mistakes } from './api.js';
import * as data from './experiment-data.js';
import { guidanceRange } from './request.js';
import * as solverList from './solvers.js';

const $ = (id) => document.getElementById(id);
const FEWEST = 2;
const MOST = 8;
const FIELDS = ['name', 'model', 'solver', 'steps', 'cfgScale', 'weight'];
const NO_RAIL = '';

let made = 0; // arms, so that their fields have ids of their own
let arms = []; // {element, parts}
let cards = new Map();
let solvers = [];
let created = () => {};

export function setup(onCreate) {
  created = onCreate;
  const metrics = () => data.KNOWN.map((name) => new Option(data.metricName(name), name));
  $('goal-metric').replaceChildren(...metrics());
  $('rail-metric').replaceChildren(new Option('(no arm is stopped)', NO_RAIL), ...metrics());
  $('rail-metric').value = 'failed';
  $('arm-add').addEventListener('click', () => add(arms.at(-1).parts.model.value).focus());
  $('experiment-form').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
}

/** The form is seen: the models may be others than before. */
export async function open() {
  try {
    const [models, all] = await Promise.all([getJson('models'), getJson('solvers')]);
    // What makes no pictures cannot be voted on; the API takes it all the same.
    cards = new Map(models.filter((card) => card.shape.length === 3).map((card) => [card.name, card]));
    solvers = all;
    wrong([]);
    $('arm-add').disabled = !cards.size || arms.length >= MOST;
    if (!cards.size) {
      wrong(['There is no model here yet. Train one: it appears here when it is done.']);
    } else if (!arms.length) {
      const [name] = cards.keys();
      add(name, 'control');
      add(name, 'other');
    } else {
      arms.forEach(offer);
    }
  } catch (error) {
    wrong(mistakes(error));
  }
}

function add(model, name = `arm-${arms.length + 1}`) {
  made += 1;
  const element = $('arm').content.firstElementChild.cloneNode(true);
  const arm = { element, parts: {} };
  for (const part of element.querySelectorAll('[data-part]')) {
    part.id = `arm-${made}-${part.dataset.part}`;
    arm.parts[part.dataset.part] = part;
  }
  for (const field of FIELDS) element.querySelector(`[data-for="${field}"]`).htmlFor = arm.parts[field].id;
  arm.parts.model.addEventListener('change', () => useModel(arm));
  arm.parts.remove.addEventListener('click', () => remove(arm));
  arms.push(arm);
  $('arms').append(element);
  arm.parts.name.value = name;
  offer(arm);
  arm.parts.model.value = model;
  useModel(arm);
  count();
  return arm.parts.name;
}

function remove(arm) {
  const place = arms.indexOf(arm);
  arms = arms.filter((other) => other !== arm);
  arm.element.remove();
  count();
  arms[Math.min(place, arms.length - 1)].parts.name.focus();
}

function count() {
  arms.forEach(({ parts: { legend, remove: button } }, i) => {
    legend.textContent = i ? `Arm ${i + 1}` : 'Arm 1, the control';
    button.setAttribute('aria-label', `Remove arm ${i + 1}`);
    button.hidden = arms.length <= FEWEST;
  });
  $('arm-add').disabled = arms.length >= MOST;
}

/** The models as they are now; what is chosen stays chosen. */
function offer(arm) {
  const { model } = arm.parts;
  const chosen = model.value;
  model.replaceChildren(...[...cards.keys()].map((name) => new Option(name, name)));
  if (cards.has(chosen)) model.value = chosen;
  else if (chosen) useModel(arm);
}

/** What the model recommends, until something else is chosen. */
function useModel({ parts: { model, solver, steps, cfgScale, guidance } }) {
  const card = cards.get(model.value);
  solver.replaceChildren(...solverList.groups(solvers.filter(({ name }) => card.solvers.includes(name)), card.defaults.solver));
  solver.value = card.defaults.solver;
  steps.value = card.defaults.steps;
  cfgScale.value = card.defaults.cfgScale;
  guidance.hidden = guidanceRange(card, card.classes.length > 0) === undefined;
}

function read() {
  const number = (id) => ($(id).value === '' ? undefined : Number($(id).value));
  const design = {
    name: $('experiment-title').value.trim(), hypothesis: $('experiment-why').value.trim() || undefined, mode: $('experiment-mode').value,
    unit: $('experiment-unit').value,
    goal: { metric: $('goal-metric').value, difference: number('goal-difference'), deviation: number('goal-deviation') },
    planned: number('experiment-planned'),
    arms: arms.map(({ parts: { name, weight, model, solver, steps, cfgScale, guidance } }) => ({
      name: name.value.trim(), weight: Number(weight.value), model: model.value, solver: solver.value,
      steps: steps.value === '' ? undefined : Number(steps.value),
      cfgScale: guidance.hidden || cfgScale.value === '' ? undefined : Number(cfgScale.value) })),
  };
  if ($('rail-metric').value !== NO_RAIL) design.guardRails = [{ metric: $('rail-metric').value, worseBy: number('rail-worse') ?? 0 }];
  return design;
}

async function submit() {
  wrong([]);
  $('experiment-create').disabled = true;
  try {
    created(await data.create(read()));
  } catch (error) {
    wrong(mistakes(error));
    $('experiment-title').focus();
  } finally {
    $('experiment-create').disabled = false;
  }
}

function wrong(all) {
  $('experiment-wrong').replaceChildren(...all.map((mistake) => Object.assign(document.createElement('li'), { textContent: mistake })));
}
