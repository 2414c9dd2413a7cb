// The stage: samples on their way from noise, progress, and the replay of the way afterwards.
import { copy } from './clipboard.js';
import { Film } from './film.js';
import { write as address } from './generate-link.js';
import { isKeyed } from './key.js';
import { pictureView, save } from './pictures.js';
import { pointsView } from './points.js';
import { program } from './programs.js';
import { duration, plural, seconds } from './words.js';

const $ = (id) => document.getElementById(id);

let settings = null;
let view = null;
let film = null;
let startedAt = 0;
let seed = '';

/** Shows an empty stage for a job with these settings; again says that it was begun before the page was loaded. */
export function begin(chosen, again) {
  settings = chosen;
  startedAt = 0;
  const points = settings.shape.length === 1;
  view = points ? pointsView(settings) : pictureView(settings, fileName);
  film = new Film(view, settings);
  $('idle').hidden = true;
  $('work').hidden = false;
  $('under').hidden = true;
  $('facts').textContent = '';
  hideProblem();
  $('images').classList.toggle('points', points);
  $('images').style.setProperty('--columns', view.columns ?? 1);
  $('images').style.setProperty('--ratio', view.ratio ?? 1);
  $('images').replaceChildren(...view.elements);
  $('smooth').closest('label').hidden = points;
  progress(0);
  status(again ? 'Looking for the job that was running …' : 'Sending the request …');
  if (!again && matchMedia('(max-width: 820px)').matches) $('stage').scrollIntoView({ block: 'start', behavior: 'smooth' });
}

/** What is done now; every step of it is seen, and what matters is also said to those who listen. */
function status(text, said = true) {
  $('status').textContent = text;
  if (said) $('said').textContent = text;
}

export function queued({ position, etaMs }) {
  const left = Number.isFinite(etaMs) ? `, ${duration(etaMs)} left` : '';
  if (position > 1) status(`Waiting: ${plural(position - 1, 'job')} before this one${left} …`);
  else status('Waiting for its turn …');
}

/** What a worker does before it can begin, said as it says it: 'loading a-model@1'. */
export function preparing(what) {
  status(`The server is ${what} …`);
}

export function started() {
  startedAt = performance.now();
  status('Starting …');
}

export function lost() {
  status('The connection was lost. Connecting again …');
}

export function found() {
  status('Connected again …');
}

export function cancelling() {
  status('Cancelling …');
}

export function cancelled() {
  status('Cancelled.');
}

/** It ended otherwise than it should have; a problem says why. */
export function stopped() {
  status('');
}

/** Several events may tell of one step, each with some of the samples. */
export function step(event) {
  film.take(event);
  progress(film.share);
  status(event.step === 0 ? 'Noise' : whereItIs(event), false);
}

function whereItIs({ step: at, steps: all, sigma, etaMs }) {
  const left = etaMs ?? ((performance.now() - startedAt) / at) * (all - at);
  const rest = at < all && Number.isFinite(left) ? ` · ${duration(left)} left` : '';
  const finished = film.finished(all);
  if (finished && finished < settings.count) return `${finished.toLocaleString('en')} of ${plural(settings.count, view.noun)}${rest}`;
  const noise = sigma === undefined ? '' : ` · noise ${sigma < 10 ? sigma.toFixed(2) : Math.round(sigma)}`;
  return `Step ${at} of ${all}${noise}${rest}`;
}

export async function finish(id, answer) {
  progress(1);
  seed = answer.seed;
  await film.end(id, answer, () => view.files[$('download-as').value]?.scale ?? 1);
  const last = film.frames.length - 1;
  $('replay').max = last;
  $('replay').value = last;
  sayWhere();
  $('replay').closest('label').hidden = last < 1;
  $('download-as').replaceChildren(...view.files.map(({ name }, i) => new Option(name, i, false, i === view.preferred)));
  $('under').hidden = false;
  status(`${settings.count === 1 ? `One ${view.noun}` : plural(settings.count, view.noun)} in ${seconds(answer.timings.totalMs)}`);
  $('facts').textContent = [settings.model, settings.label, settings.solver, plural(settings.steps, 'step'),
    settings.times && `at ${settings.times.join(', ')}`,
    settings.cfgScale !== undefined && `guidance ${settings.cfgScale}`, `seed ${answer.seed}`,
    `${plural(answer.nfe, 'evaluation')} ${view.noun === 'image' ? 'an image' : 'a point'}`].filter(Boolean).join(' · ');
}

function sayWhere() {
  const { text } = film.frames[Number($('replay').value)];
  $('replay-at').textContent = text;
  $('replay').setAttribute('aria-valuetext', text);
}

/** What was made, as it would be made again: with the seed that it had. */
function again() {
  const { model, labelIndex: label, count, solver, steps, cfgScale } = settings;
  return { model, label: label ?? undefined, count, solver, steps, cfgScale, seed };
}

const say = (text) => { $('said').textContent = text; };

export function setup() {
  $('share').addEventListener('click', () => copy(
    location.href.split('#')[0] + address({ ...again(), label: settings.label }), $('share'), say));
  $('copy').addEventListener('click', () => copy(program($('copy-as').value, again(), settings,
    new URL('.', location.href.split('#')[0]).href, isKeyed()), $('copy'), say));
  $('replay').addEventListener('input', () => {
    film.show(Number($('replay').value));
    sayWhere();
  });
  $('download').addEventListener('click', async () => {
    const file = view.files[$('download-as').value];
    save(await file.make(view), fileName(seed, file.extension));
  });
  try {
    $('smooth').checked = localStorage.getItem('pathline.smooth') === 'yes';
  } catch {
    // no storage, no memory
  }
  $('smooth').addEventListener('change', smooth);
  smooth();
}

function smooth() {
  $('images').classList.toggle('smooth', $('smooth').checked);
  try {
    localStorage.setItem('pathline.smooth', $('smooth').checked ? 'yes' : 'no');
  } catch {
    // no storage, no memory
  }
}

function fileName(seedUsed, ending) {
  const dot = /^\w+$/.test(ending) ? '.' : '-';
  return `${settings.model}-${settings.label || 'any'}-${seedUsed}${dot}${ending}`.replaceAll(/[^\w.-]+/g, '_');
}

/** What was made, small. */
export function thumbnail() {
  return view.thumbnail().toDataURL('image/png');
}

export function showProblem(message) {
  $('problem').textContent = message;
  $('problem').hidden = false;
}

export function hideProblem() {
  $('problem').hidden = true;
}

export function idle() {
  $('work').hidden = true;
  $('idle').hidden = false;
}

function progress(part) {
  $('bar').setAttribute('aria-valuenow', Math.round(part * 100));
  $('bar').firstElementChild.style.width = `${part * 100}%`;
}
