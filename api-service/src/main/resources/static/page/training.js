// The training section: the list of runs, and beside it the run in view or a new one.
import { mistakes } from './api.js';
import * as newRun from './new-run.js';
import * as runs from './runs.js';
import * as view from './run-view.js';

const $ = (id) => document.getElementById(id);
const EVERY = 5000; // milliseconds between looks at the list while it is seen
const NEW = ''; // in place of a run's id

let shown = null; // the id of the run in view, or NEW; null before the first look
let timer = 0;

export function setup() {
  newRun.setup(async (run) => {
    await refresh();
    choose(run.id);
    $('run-name').focus({ preventScroll: true });
    $('run').scrollIntoView({ block: 'start', behavior: 'smooth' });
  });
  $('run-list').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) choose(button.dataset.id);
  });
  $('run-new').addEventListener('click', () => choose(NEW));
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
    $('run-none').hidden = all.length > 0;
    if (shown === null) choose(all.length ? (all.find((run) => !runs.ended(run)) ?? all[0]).id : NEW);
  } catch (error) {
    $('training-problem').textContent = mistakes(error)[0];
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
  for (const button of [...$('run-list').querySelectorAll('button'), $('run-new')]) {
    button.setAttribute('aria-pressed', String((button.dataset.id ?? NEW) === id));
  }
  $('new-run').hidden = id !== NEW;
  if (id === NEW) {
    view.close();
    newRun.open();
  } else {
    view.open(id);
  }
}
