// Joins form, stage and gallery: one generation at a time.
import { Problem, cancelJob, generate, getJson } from './api.js';
import * as form from './form.js';
import * as gallery from './gallery.js';
import * as stage from './stage.js';
import { drawFlow } from './flow.js';
import * as training from './training.js';

const $ = (id) => document.getElementById(id);
let running = null; // {abort, job}

async function start() {
  setupTheme();
  stage.setupControls();
  training.setup();
  addEventListener('hashchange', showSection);
  showSection();
  try {
    const [models, solvers] = await Promise.all([getJson('models'), getJson('solvers')]);
    const shown = models.filter(({ shape }) => (shape.length === 3 ? [1, 3].includes(shape[0]) : shape[0] === 2));
    if (!shown.length) throw new Problem('There is no model here yet. Train one with ./pathline train, then load this page again.');
    form.setup(shown, solvers);
    gallery.setup((item) => {
      form.write(item);
      $('form').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
      $('generate').focus({ preventScroll: true });
    });
  } catch (error) {
    stage.showProblem(error.message);
    $('generate').disabled = true;
    return;
  }
  $('form').addEventListener('submit', (event) => { event.preventDefault(); run(); });
  $('cancel').addEventListener('click', cancel);
  $('download').addEventListener('click', download);
}

/** The address says which section is seen, so that it can be linked to and gone back from. */
function showSection() {
  const trains = location.hash === '#training';
  $('generate-section').hidden = trains;
  $('tab-training').toggleAttribute('aria-current', trains);
  $('tab-generate').toggleAttribute('aria-current', !trains);
  $(trains ? 'tab-training' : 'tab-generate').setAttribute('aria-current', 'page');
  document.querySelector('.skip').hidden = trains;
  if (trains) {
    $('gallery').hidden = true;
    training.show();
  } else {
    training.hide();
    gallery.show();
  }
}

let last = null;

async function run() {
  if (running) return;
  let request;
  try {
    request = form.read();
  } catch (error) {
    return stage.showProblem(error.message);
  }
  const card = form.model();
  const settings = { model: request.model, label: card.classes[request.label], solver: request.solver,
    solverTitle: $('solver').selectedOptions[0].text, steps: request.steps, cfgScale: request.cfgScale, count: request.count };
  // Points are shown on their way; of a picture the prediction says more than the noise it is in.
  if (card.shape.length === 1) request.preview = { every: 1, kind: 'noisy' };
  running = { abort: new AbortController(), job: null };
  busy(true);
  stage.begin(request.count, card.shape);
  if (matchMedia('(max-width: 820px)').matches) $('stage').scrollIntoView({ block: 'start', behavior: 'smooth' });
  try {
    for await (const { type, data, job } of generate(request, running.abort.signal)) {
      if (running.abort.signal.aborted) break; // what is still buffered is no longer wanted
      if (type === 'accepted') running.job = job;
      else if (type === 'queued') stage.queued(data);
      else if (type === 'started') stage.started();
      else if (type === 'step') stage.step(data);
      else if (type === 'succeeded') await succeed(data, settings);
      else if (type === 'failed') throw new Problem(data.error.message);
      else if (type === 'cancelled') stage.status('Cancelled.');
      else if (type === 'expired') throw new Problem('The job was not finished in time.');
    }
  } catch (error) {
    if (error.name === 'AbortError') {
      stage.status('Cancelled.');
    } else {
      if (!running.job) stage.idle();
      stage.status('');
      stage.showProblem(error.message);
      form.refuse(error.fields || []);
    }
  } finally {
    running = null;
    busy(false);
  }
}

async function succeed(answer, settings) {
  await stage.finish(answer, settings);
  last = { ...settings, seed: answer.seed };
  const { solverTitle, ...kept } = last;
  gallery.add({ ...kept, picture: stage.sheet(16).toDataURL('image/png') });
}

function cancel() {
  if (!running) return;
  if (running.job) cancelJob(running.job);
  running.abort.abort();
  stage.status('Cancelled.');
}

function download() {
  stage.sheet().toBlob((blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${last.model}-${last.label || 'any'}-${last.seed}.png`.replaceAll(/[^\w.-]+/g, '_');
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}

function busy(is) {
  $('generate').disabled = is;
  $('generate').textContent = is ? 'Generating …' : 'Generate';
  $('cancel').hidden = !is;
}

function setupTheme() {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = localStorage.getItem('pathline.theme');
  if (chosen) root.dataset.theme = chosen;
  const redraw = () => drawFlow($('flow'));
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
