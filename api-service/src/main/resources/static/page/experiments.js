// The section of experiments: their list, and beside it the one in view or a new one. The address says which.
import { mistakes } from './api.js';
import { make } from './dom.js';
import * as data from './experiment-data.js';
import * as form from './experiment-new.js';
import * as view from './experiment-view.js';

const $ = (id) => document.getElementById(id);
const EVERY = 5000; // milliseconds between looks at the list while it is seen
const HASH = /^#experiments(?:\/([^/?]+)(?:\/(vote|pairs))?)?(\?new)?$/;

let timer = 0;
let seen = false;
let wanted = ''; // the address whose experiment is in view, or its form

export const isOurs = (hash) => HASH.test(hash);

export function setup() {
  $('who').value = data.who();
  $('who').addEventListener('change', () => {
    data.call($('who').value.trim());
    $('who').value = data.who();
    view.voterChanged();
  });
  form.setup((experiment) => { location.hash = data.section(experiment.name); });
  view.setup(refresh);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && seen) refresh(); });
}

/** The section is seen, as the address says. */
export async function show() {
  seen = true;
  wanted = '';
  $('experiments').hidden = false;
  await refresh();
}

/** Another section is seen. */
export function hide() {
  seen = false;
  $('experiments').hidden = true;
  clearTimeout(timer);
  view.close();
}

/** Reads the list, and opens what the address says if that is not in view yet: the first try may have failed. */
async function refresh() {
  clearTimeout(timer);
  if (!seen) return;
  timer = setTimeout(() => { if (!document.hidden) refresh(); }, EVERY);
  const { hash } = location;
  try {
    const all = await data.list();
    if (!seen || hash !== location.hash) return;
    $('experiments-problem').hidden = true;
    $('experiments-body').hidden = false;
    $('experiment-none').hidden = all.length > 0;
    fill(all);
    if (wanted !== hash) choose(all, hash);
  } catch (error) {
    [$('experiments-problem').textContent] = mistakes(error);
    $('experiments-problem').hidden = false;
  }
}

function choose(all, hash) {
  wanted = hash;
  const [, name, part, fresh] = HASH.exec(hash);
  const chosen = name ? decoded(name) : all.length && !fresh ? first(all).name : null;
  $('new-experiment').hidden = chosen !== null;
  if (chosen === null) {
    view.close();
    form.open();
  } else {
    view.open(chosen, part ?? 'report');
  }
  mark(chosen);
}

/** What is no encoded text is taken as it is: the server knows no such name, and says so. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What runs is looked at first. */
const first = (all) => all.find(({ state }) => state === 'running') ?? all[0];

function fill(all) {
  const list = $('experiment-list');
  const focused = document.activeElement?.closest('#experiment-list a')?.dataset.name;
  list.replaceChildren(...all.map(({ name, state, hypothesis, arms }) => {
    const link = make('a', { href: data.section(name) }, make('b', {}, name), make('span', { className: `state ${state}` }, state),
      make('small', {}, hypothesis || arms.map((arm) => arm.name).join(' against ')));
    link.dataset.name = name;
    return make('li', {}, link);
  }));
  mark(view.name());
  if (focused) list.querySelector(`a[data-name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function mark(name) {
  for (const link of $('experiment-list').querySelectorAll('a')) {
    if (link.dataset.name === name) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  if (name === null) $('experiment-new').setAttribute('aria-current', 'true');
  else $('experiment-new').removeAttribute('aria-current');
}
