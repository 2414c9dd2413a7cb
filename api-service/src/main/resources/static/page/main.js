// Joins the sections: what is seen, by the address; and the keyboard.
import { getJson } from './api.js';
import * as compare from './compare.js';
import { isOurs as compares } from './compare-link.js';
import * as experiments from './experiments.js';
import { drawFlow } from './flow.js';
import * as form from './form.js';
import * as gallery from './gallery.js';
import * as link from './generate-link.js';
import * as generation from './generation.js';
import * as key from './key.js';
import * as models from './models.js';
import * as operations from './operations.js';
import * as stage from './stage.js';
import * as training from './training.js';

const $ = (id) => document.getElementById(id);
const TRY = '#try=';

async function start() {
  setupTheme();
  stage.setup();
  training.setup();
  experiments.setup();
  models.setup();
  $('form').addEventListener('submit', (event) => { event.preventDefault(); generation.start(); });
  $('cancel').addEventListener('click', generation.cancel);
  // A key that is held down has pressed Generate: it must not go on to Cancel.
  $('cancel').addEventListener('keydown', (event) => { if (event.repeat) event.preventDefault(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (!$('generate-section').hidden) generation.cancel();
    if (!$('compare').hidden) compare.cancel();
  });
  gallery.setup((item) => {
    form.write(item);
    $('form').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    $('generate').focus({ preventScroll: true });
  });
  await key.begin();
  await loadSolvers();
  addEventListener('hashchange', showSection);
  await showSection();
  if (form.hasModels()) await generation.resume();
}

/** Without the solvers nothing can be asked for: the server is waited for. */
async function loadSolvers() {
  $('generate').disabled = true;
  for (;;) {
    try {
      const solvers = await getJson('solvers');
      form.setup(solvers);
      compare.setup(solvers);
      stage.hideProblem();
      return;
    } catch (error) {
      if (error.code === 'unauthenticated') {
        await key.ask();
        continue;
      }
      stage.showProblem(error.message);
      await new Promise((resolve) => { setTimeout(resolve, 2000); });
    }
  }
}

/** The address says which section is seen, so that it can be linked to and gone back from. */
async function showSection() {
  const trains = location.hash === '#training';
  const compared = compares(location.hash);
  const tries = experiments.isOurs(location.hash);
  const operates = operations.isOurs(location.hash);
  const generates = !trains && !compared && !tries && !operates;
  $('generate-section').hidden = !generates;
  for (const [tab, current] of [['tab-training', trains], ['tab-compare', compared],
    ['tab-experiments', tries], ['tab-operations', operates], ['tab-generate', generates]]) {
    if (current) $(tab).setAttribute('aria-current', 'page');
    else $(tab).removeAttribute('aria-current');
  }
  document.querySelector('.skip').hidden = !generates;
  if (trains || tries || operates) models.rest();
  if (trains) training.show();
  else training.hide();
  if (operates) operations.show();
  else operations.hide();
  if (!compared) compare.hide();
  gallery.show();
  if (tries) await experiments.show();
  else experiments.hide();
  if (trains || tries || operates) return;
  if (compared) await compare.show();
  await models.watch();
  const shared = link.read(location.hash);
  if (shared) {
    history.replaceState(null, '', '#generate-section');
    form.write(shared);
  }
  if (location.hash.startsWith(TRY)) await tryOut(decodeURIComponent(location.hash.slice(TRY.length)));
}

/** A model that was just trained is chosen, and the keyboard is where it is used. */
async function tryOut(reference) {
  history.replaceState(null, '', '#generate-section');
  if (await models.choose(reference)) {
    $('generate').focus({ preventScroll: true });
    $('model').scrollIntoView({ block: 'center', behavior: 'smooth' });
  }
}

function setupTheme() {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = localStorage.getItem('pathline.theme');
  if (chosen) root.dataset.theme = chosen;
  const redraw = () => {
    drawFlow($('flow'));
    document.dispatchEvent(new Event('pathline-theme'));
  };
  $('theme').addEventListener('click', () => {
    const now = root.dataset.theme || (dark.matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
    localStorage.setItem('pathline.theme', root.dataset.theme);
    redraw();
  });
  dark.addEventListener('change', redraw);
  new ResizeObserver(redraw).observe($('flow').parentElement);
}

start();
