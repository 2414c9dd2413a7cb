// The training section: the list of runs, and the form that starts one.
import { Problem } from './api.js';
import * as runs from './runs.js';
import * as view from './run-view.js';

const $ = (id) => document.getElementById(id);
const EVERY = 5000; // milliseconds between looks at the list while it is seen

const EXAMPLE = `name: my-fashion
description: Fashion-MNIST, a short run to look at.
data:
  format: idx
  path: /usr/share/datasets/fashion-mnist
  classes: [t-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot]
network:
  _class_name: UNet2DModel
  sample_size: 28
  in_channels: 1
  out_channels: 1
  block_out_channels: [32, 64, 64]
  down_block_types: [DownBlock2D, DownBlock2D, AttnDownBlock2D]
  up_block_types: [AttnUpBlock2D, UpBlock2D, UpBlock2D]
  layers_per_block: 1
  attention_head_dim: 32
  norm_num_groups: 8
  num_class_embeds: 11
objective:
  type: flow-matching
  time: {distribution: logit-normal, mean: 0, std: 1}
  labelDropout: 0.1
optimizer:
  learningRate: 1.0e-3
  warmupSteps: 50
  finalShare: 0.02
  beta1: 0.9
  beta2: 0.99
  epsilon: 1.0e-8
  weightDecay: 0.01
  clipNorm: 1.0
batch: 64
images: 64000
seed: 1
profile: bf16
snapshotEvery: 100
sheetEvery: 100
store: f16
defaults: {solver: dpm-solver++-2m, steps: 20, timeGrid: time, cfgScale: 2}
`;

let shown = null; // the id of the run in view
let timer = 0;

export function setup() {
  $('spec').value = EXAMPLE;
  $('spec-form').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  $('run-list').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) choose(button.dataset.id);
  });
  view.setup(() => refresh());
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !$('training').hidden) refresh(); });
}

/** The section is seen. */
export function show() {
  $('training').hidden = false;
  refresh();
}

/** Another section is seen. */
export function hide() {
  $('training').hidden = true;
  clearTimeout(timer);
  view.close();
  shown = null;
}

async function refresh() {
  clearTimeout(timer);
  if ($('training').hidden || document.hidden) return;
  try {
    const all = await runs.list();
    $('training-problem').hidden = true;
    $('training-body').hidden = false;
    fill(all);
    if (shown === null && all.length) choose(all.find((run) => !runs.ended(run))?.id ?? all[0].id);
    $('run-none').hidden = all.length > 0;
  } catch (error) {
    $('training-problem').textContent = runs.explain(error);
    $('training-problem').hidden = false;
    // What was there stays, a form that nobody answers does not appear.
    if (shown === null) $('training-body').hidden = true;
  }
  timer = setTimeout(refresh, EVERY);
}

function fill(all) {
  const focused = document.activeElement?.closest('#run-list button')?.dataset.id;
  $('run-list').replaceChildren(...all.map((run) => {
    const row = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.id = run.id;
    button.setAttribute('aria-pressed', String(run.id === shown));
    const name = document.createElement('b');
    name.textContent = run.name;
    const state = document.createElement('span');
    state.className = `state ${run.state}`;
    state.textContent = view.stateText(run);
    const facts = document.createElement('small');
    facts.textContent = [new Date(run.createdAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }), view.left(run)].filter(Boolean).join(' · ');
    const bar = document.createElement('span');
    bar.className = 'bar';
    bar.append(document.createElement('i'));
    bar.firstElementChild.style.width = `${100 * view.share(run)}%`;
    button.append(name, state, bar, facts);
    row.append(button);
    return row;
  }));
  if (focused) $('run-list').querySelector(`button[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function choose(id) {
  shown = id;
  for (const button of $('run-list').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.id === id));
  }
  view.open(id);
}

async function submit() {
  $('spec-wrong').replaceChildren();
  $('spec').removeAttribute('aria-invalid');
  $('spec-start').disabled = true;
  try {
    const run = await runs.start($('spec').value);
    await refresh();
    choose(run.id);
    $('run').scrollIntoView({ block: 'start', behavior: 'smooth' });
  } catch (error) {
    const mistakes = error instanceof Problem && error.fields.length
      ? error.fields.map(({ field, message }) => (field && !message.startsWith(field) ? `${field}: ${message}` : message))
      : [runs.explain(error)];
    $('spec-wrong').replaceChildren(...mistakes.map((mistake) => {
      const line = document.createElement('li');
      line.textContent = mistake;
      return line;
    }));
    $('spec').setAttribute('aria-invalid', 'true');
  } finally {
    $('spec-start').disabled = false;
  }
}
