// The form: what can be chosen, what is chosen, and what is wrong with it.
import { MOST, MOST_STEPS, guidanceRange, isNumber, isSeed, kindOf, numberWanted, preview } from './request.js';
import * as solverList from './solvers.js';
import { sentence } from './words.js';

const $ = (id) => document.getElementById(id);
const PAIRS = ['count', 'steps', 'cfgScale'];
const FIELDS = ['model', 'label', 'count', 'solver', 'steps', 'cfgScale', 'seed'];
const SLIDERS = { picture: 36, point: 2000 };
const FIRST = { picture: 16, point: 1000 };

let offered = []; // {value, card}: what the list of models has
let solvers = new Map();
let kind = ''; // picture or point: of the model that was chosen last

export function setup(allSolvers) {
  solvers = new Map(allSolvers.map((solver) => [solver.name, solver]));
  for (const id of PAIRS) {
    $(id).addEventListener('input', () => { $(`${id}-range`).value = $(id).value; });
    $(`${id}-range`).addEventListener('input', () => { $(id).value = $(`${id}-range`).value; });
  }
  $('model').addEventListener('change', useModel);
  $('solver').addEventListener('change', describeSolver);
  $('label').addEventListener('change', guidance);
  for (const id of ['steps', 'steps-range']) $(id).addEventListener('input', sayTimes);
  $('dice').addEventListener('click', () => { $('seed').value = ''; $('seed').focus(); });
  $('form').addEventListener('input', (event) => mark(event.target.name || event.target.id.replace('-range', ''), ''));
}

/** The models as they are now; what is chosen stays chosen while it is there. */
export function offer(cards) {
  const extra = offered.filter(({ value }) => value.includes('@') && value === $('model').value);
  const fresh = [...cards.map((card) => ({ value: card.name, card })), ...extra];
  const same = JSON.stringify(fresh) === JSON.stringify(offered);
  if (same) return;
  const before = model();
  const chosen = $('model').value;
  offered = fresh;
  $('model').replaceChildren(...offered.map(({ value }) => new Option(value, value)));
  $('generate').disabled = !offered.length;
  if (offered.some(({ value }) => value === chosen)) {
    $('model').value = chosen;
    // A new version may have other classes and defaults.
    if (model().version !== before?.version) useModel();
  } else {
    useModel();
  }
}

export const hasModels = () => offered.length > 0;

/** Whether what this page can show is what a model makes. */
export const shows = ({ shape }) => (shape.length === 3 ? [1, 3].includes(shape[0]) : shape.length === 1 && shape[0] === 2);

/** Chooses a model by its card; a version that is not the newest gets a place of its own in the list. */
export function choose(card) {
  const newest = offered.find(({ value }) => value === card.name)?.card;
  const value = newest?.version === card.version ? card.name : `${card.name}@${card.version}`;
  if (!offered.some((one) => one.value === value)) {
    offered = [...offered, { value, card }];
    $('model').append(new Option(value, value));
  }
  $('model').value = value;
  useModel();
}

function model() {
  return offered.find(({ value }) => value === $('model').value)?.card;
}

/** Returns {request, settings}: what is sent, and what is shown of it; null if something is wrong, which is then marked. */
export function read() {
  clear();
  const card = model();
  if (!card) {
    mark('model', 'There is no model to choose yet.');
    return null;
  }
  const request = { model: $('model').value, count: number('count', 1, MOST[kind], true), steps: number('steps', 1, MOST_STEPS, true),
    solver: $('solver').value };
  if ($('label').value !== '' && card.classes.length) {
    // By its index: a name that is a number would be read as one, and two names may differ in their case alone.
    request.label = Number($('label').value);
  }
  const scales = guidanceRange(card, $('label').value !== '');
  if (scales) request.cfgScale = number('cfgScale', ...scales, false);
  const seed = $('seed').value.trim();
  if (seed !== '') {
    if (!isSeed(seed)) mark('seed', 'A seed is a whole number of at most 64 bits; leave it empty for a random one.');
    request.seed = seed;
  }
  if (showFirstMistake()) return null;
  request.preview = preview(request, card, $('watch').value);
  const settings = { ...request, labelIndex: request.label ?? null, label: card.classes[request.label], classes: card.classes,
    shape: card.shape, times: ownTimes(card), reference: `${card.name}@${card.version}` };
  return { request, settings };
}

/** Shows settings of an earlier generation; what no longer exists is left alone. */
export function write(settings) {
  clear();
  if (offered.some(({ value }) => value === settings.model)) {
    $('model').value = settings.model;
    useModel();
  }
  const card = model();
  const index = card.classes.indexOf(settings.label);
  if (index >= 0 || card.nullClass || !card.classes.length) $('label').value = index < 0 ? '' : String(index);
  if (card.solvers.includes(settings.solver)) $('solver').value = settings.solver;
  set('steps', settings.steps);
  set('count', settings.count);
  if (guidanceRange(card, $('label').value !== '') && settings.cfgScale !== undefined) set('cfgScale', settings.cfgScale);
  if (settings.preview && kind === 'picture') $('watch').value = settings.preview.kind;
  $('seed').value = settings.seed;
  describeSolver();
  guidance();
}

/** Marks the fields that the server names, goes to the first of them, and returns what it says of others. */
export function refuse(errors) {
  const elsewhere = [];
  for (const { field, message } of errors) {
    const id = field.split(/[.[]/)[0];
    // What is seen on the way is asked for by the page itself: fewer samples are what helps.
    if (id === 'preview') mark('count', sentence(`what is seen on the way ${message}`));
    else if (FIELDS.includes(id)) mark(id, sentence(message));
    else elsewhere.push(message);
  }
  showFirstMistake();
  return elsewhere;
}

function showFirstMistake() {
  const first = document.querySelector('#form [aria-invalid="true"]');
  first?.focus();
  return first !== null;
}

function useModel() {
  const card = model();
  if (!card) return;
  const points = kindOf(card) === 'point';
  const size = points ? `${card.shape[0]} numbers` : `${card.shape[2]} × ${card.shape[1]}`;
  const parameters = card.parameters ? `, ${(card.parameters / 1e6).toFixed(1)} M parameters` : '';
  const baked = card.guidance?.type === 'baked-in' ? ` Guidance of ${card.guidance.scale} is part of it.` : '';
  const origin = card.training?.teacher ? ` Distilled from ${card.training.teacher} by ${card.training.method}.` : '';
  $('model-hint').textContent = (card.description || `version ${card.version}, ${size}${parameters}`) + baked + origin;
  if (kind !== kindOf(card)) {
    kind = kindOf(card);
    $('count-title').textContent = points ? 'Points' : 'Images';
    $('count').max = MOST[kind];
    $('count-range').max = SLIDERS[kind];
    $('count-range').min = $('count-range').step = points ? 50 : 1;
    set('count', FIRST[kind]);
    $('watch-field').hidden = points;
    $('becomes').textContent = points ? 'data' : 'pictures';
  }
  const labels = card.classes.map((name, index) => [String(index), name]);
  if (card.nullClass) labels.unshift(['', 'any (no guidance)']);
  $('label').replaceChildren(...labels.map(([value, text]) => new Option(text, value)));
  $('label').value = card.classes.length && !(points && card.nullClass) ? '0' : '';
  $('label-field').hidden = !card.classes.length;
  $('solver').replaceChildren(...solverList.groups(card.solvers.map((name) => solvers.get(name)).filter(Boolean), card.defaults.solver));
  $('solver').value = card.defaults.solver;
  set('steps', card.defaults.steps);
  describeSolver();
  guidance();
  set('cfgScale', card.defaults.cfgScale);
}

function describeSolver() {
  const solver = solvers.get($('solver').value);
  $('solver-hint').textContent = solver ? solverList.describe(solver) : '';
  sayTimes();
}

/** The times that a model recommends, which are those of its own solver at so many steps; undefined for others. */
function ownTimes({ defaults }) {
  const own = defaults.times && $('solver').value === defaults.solver && Number($('steps').value) === defaults.times.length;
  return own ? defaults.times : undefined;
}

function sayTimes() {
  const times = model() && ownTimes(model());
  $('steps-hint').hidden = !times;
  $('steps-hint').textContent = times ? `At times ${times.join(', ')}, as the model recommends.` : '';
}

function guidance() {
  const scales = model() && guidanceRange(model(), $('label').value !== '');
  $('cfg-field').hidden = !scales;
  if (!scales) return;
  const [min, max] = scales;
  $('cfgScale').min = $('cfgScale-range').min = min;
  $('cfgScale').max = max;
  $('cfgScale-range').max = Math.min(10, max);
  $('cfgScale-aside').textContent = min <= 1 ? '1 is off' : `${min} to ${max}`;
}

function number(id, low, high, whole) {
  if (!isNumber($(id).value, low, high, whole)) mark(id, numberWanted(low, high, whole));
  return Number($(id).value);
}

function set(id, value) {
  $(id).value = value;
  $(`${id}-range`).value = value;
}

function mark(id, message) {
  const input = $(id);
  const text = $(`${id}-wrong`);
  if (!input || !text) return;
  text.textContent = message;
  if (message) {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', text.id);
  } else {
    input.removeAttribute('aria-invalid');
  }
}

function clear() {
  for (const id of FIELDS) mark(id, '');
}
