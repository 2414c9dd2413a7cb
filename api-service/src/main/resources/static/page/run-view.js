// One run: its state, curves, sheets and buttons, kept up with its events.
import { mistakes } from './api.js';
import { draw, short } from './chart.js';
import * as runs from './runs.js';

const $ = (id) => document.getElementById(id);
const KEPT = 600; // points of a curve; more than there are pixels say nothing more

let run = null;
let points = [];
let measured = new Map(); // Frechet distances by step
let source = null;
let opening = 0; // counts what was chosen
let changed = () => {};
let following = true; // the newest sheet is shown
let frame = 0;

export function setup(onChange) {
  changed = onChange;
  for (const what of ['pause', 'resume', 'cancel']) $(`run-${what}`).addEventListener('click', () => command(what));
  $('run-sheet-at').addEventListener('input', () => {
    following = Number($('run-sheet-at').value) === run.sheets.length - 1;
    showSheet();
  });
  new ResizeObserver(later).observe($('run-curves'));
}

export async function open(id) {
  close();
  const mine = opening;
  $('run-warning').hidden = true;
  points = [];
  measured = new Map();
  following = true;
  try {
    const opened = await runs.get(id);
    const before = await runs.progress(id);
    // Another run was chosen meanwhile, or none.
    if (mine !== opening) return;
    run = opened;
    points = before;
    $('run').hidden = false;
    problem('');
    show();
    // Of an ended run, too: its log has what was measured.
    source = runs.follow(id, hear);
  } catch (error) {
    if (mine !== opening) return;
    $('run').hidden = false;
    problem(mistakes(error)[0]);
  }
}

export function close() {
  opening += 1;
  source?.close();
  source = null;
  run = null;
  $('run').hidden = true;
}

/** The whole log is heard from its start; what the answers have told already changes nothing. */
function hear(type, data) {
  if (!run) return;
  if (type === 'progress') {
    const last = points.at(-1);
    if (last && data.step <= last.step) return;
    points.push(data);
    Object.assign(run, { step: data.step, steps: data.steps, loss: data.loss, gradientNorm: data.gradientNorm,
      imagesPerSecond: data.imagesPerSecond, etaMs: data.etaMs });
    later();
  } else if (type === 'sheet') {
    if (!run.sheets.includes(data.step)) run.sheets = [...run.sheets, data.step].sort((a, b) => a - b);
    later();
  } else if (type === 'evaluation') {
    measured.set(data.step, data);
    later();
  } else if (type === 'warning') {
    $('run-warning').textContent = data.message;
    $('run-warning').hidden = false;
  } else if (type === 'preparation') {
    $('run-state').textContent = `${data.what}: ${data.done} of ${data.of}`;
  } else if (type !== 'snapshot') {
    reload();
  }
}

/** Reads on while there is something to come; the browser would ask for an ended log again and again. */
function followOn(id) {
  if (runs.ended(run)) {
    source?.close();
    source = null;
  } else {
    source ??= runs.follow(id, hear);
  }
}

let loading = 0;

/** A state has changed, maybe several times: what it is now, the server knows. */
function reload() {
  clearTimeout(loading);
  const { id } = run;
  loading = setTimeout(async () => {
    try {
      const [now, all] = await Promise.all([runs.get(id), runs.progress(id)]);
      if (run?.id !== id) return;
      run = now;
      points = all;
      followOn(id);
      show();
      changed();
    } catch (error) {
      problem(mistakes(error)[0]);
    }
  }, 150);
}

async function command(what) {
  if (what === 'cancel' && !confirm(`Cancel the run ${run.name}? It does not go on after that.`)) return;
  const { id } = run;
  try {
    await runs.command(id, what);
    problem('');
    // A run that had ended has closed its events.
    open(id);
    changed();
  } catch (error) {
    problem(mistakes(error)[0]);
  }
}

/** Draws once a frame, however many events come. */
function later() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => { if (run) show(); });
}

function problem(text) {
  $('run-problem').textContent = text;
  $('run-problem').hidden = !text;
}

export const share = ({ step, steps, state }) => (state === 'succeeded' ? 1 : steps ? Math.min(1, step / steps) : 0);

export function stateText({ state, position, stopping }) {
  if (stopping) return 'stopping';
  return state === 'queued' && position ? `queued, number ${position}` : state;
}

export function left({ etaMs, state }) {
  if (state !== 'running' || !Number.isFinite(etaMs)) return '';
  const minutes = Math.round(etaMs / 60000);
  if (minutes < 1) return 'less than a minute left';
  return minutes < 90 ? `about ${minutes} min left` : `about ${(etaMs / 3.6e6).toFixed(1)} h left`;
}

function show() {
  $('run-name').textContent = run.name;
  $('run-state').className = `state ${run.state}`;
  $('run-state').textContent = stateText(run);
  $('run-bar').setAttribute('aria-valuenow', Math.round(100 * share(run)));
  $('run-bar').firstElementChild.style.width = `${100 * share(run)}%`;
  $('run-status').textContent = [`step ${run.step.toLocaleString('en')}${run.steps ? ` of ${run.steps.toLocaleString('en')}` : ''}`,
    Number.isFinite(run.loss) && `loss ${short(run.loss)}`,
    run.state === 'running' && Number.isFinite(run.imagesPerSecond) && `${short(run.imagesPerSecond)} images/s`,
    left(run)].filter(Boolean).join(' · ');
  const why = run.error?.message || (run.blocked && `It waits until it can write: ${run.blocked}`);
  $('run-error').textContent = why || '';
  $('run-error').hidden = !why;
  tryIt();
  const working = ['running', 'blocked'].includes(run.state);
  $('run-pause').hidden = !(working || run.state === 'queued') || !!run.stopping;
  $('run-resume').hidden = !['paused', 'failed'].includes(run.state);
  $('run-cancel').hidden = runs.ended(run);
  $('run-report').href = runs.report(run.id);
  // The report is written when a run stops, ends or fails.
  $('run-report').hidden = working || run.state === 'queued' || !run.step;
  curves();
  sheets();
}

/** The model that it made, one click from being used. */
function tryIt() {
  const address = run.model ? `#try=${encodeURIComponent(run.model)}` : '';
  if ($('run-model').dataset.address === address) return;
  $('run-model').dataset.address = address;
  const link = Object.assign(document.createElement('a'), { href: address, textContent: `Try it: ${run.model}` });
  $('run-model').replaceChildren(...(run.model ? [link] : []));
}

function curves() {
  const every = Math.ceil(points.length / KEPT);
  const kept = points.filter((_, i) => (points.length - 1 - i) % every === 0);
  const curve = (name) => kept.map((point) => [point.step, point[name] ?? NaN]);
  draw($('curve-loss'), { title: 'Loss', unit: 'mean, unweighted', x: 'step',
    series: [{ points: curve('loss'), look: kept.length > 80 ? 'faint' : '' },
      ...(kept.length > 80 ? [{ points: smooth(curve('loss')) }] : [])] });
  levels();
  const clip = Number(run.spec?.optimizer?.clipNorm);
  draw($('curve-norm'), { title: 'Gradient norm', unit: 'before clipping', x: 'step', series: [{ points: curve('gradientNorm') }],
    guides: clip > 0 ? [{ name: 'clipping', at: clip }] : [] });
  draw($('curve-rate'), { title: 'Throughput', unit: 'images/s', x: 'step', fromZero: true,
    series: [{ points: curve('imagesPerSecond') }] });
  $('curve-distance').hidden = !measured.size;
  if (measured.size) {
    const distances = [...measured.values()].sort((a, b) => a.step - b.step);
    draw($('curve-distance'), { title: 'Frechet distance', unit: "in a classifier's features", x: 'step',
      series: [{ points: distances.map(({ step, frechetDistance }) => [step, frechetDistance]) }],
      guides: [{ name: 'as many real images', at: distances.at(-1).floor }] });
  }
}

/** The mean of a window, a twentieth of the curve wide. */
function smooth(curve) {
  const half = Math.max(1, Math.round(curve.length / 40));
  return curve.map(([x], i) => {
    const near = curve.slice(Math.max(0, i - half), i + half + 1).map(([, y]) => y);
    return [x, near.reduce((sum, y) => sum + y, 0) / near.length];
  });
}

/** The loss by noise level, at the beginning, in the middle and now: a mean over a tenth of the run each. */
function levels() {
  const levelled = points.filter(({ byNoise }) => byNoise?.length);
  $('curve-noise').hidden = !levelled.length;
  if (!levelled.length) return;
  const size = Math.max(1, Math.round(levelled.length / 10));
  const starts = levelled.length < 3 ? [levelled.length - size]
    : [0, Math.floor((levelled.length - size) / 2), levelled.length - size];
  draw($('curve-noise'), { title: 'Loss by noise level', unit: 'early, middle, now', x: 'ln(sigma/alpha)',
    series: starts.map((start, i) => ({ points: byLevel(levelled.slice(start, start + size)),
      look: starts.length === 3 ? `age${i}` : '' })) });
}

function byLevel(some) {
  const sums = new Map();
  for (const { byNoise } of some) {
    for (const { from, to, rows, loss } of byNoise) {
      if (!rows || loss === undefined) continue;
      const middle = from === undefined ? to : to === undefined ? from : (from + to) / 2;
      const sum = sums.get(middle) || { rows: 0, loss: 0 };
      sums.set(middle, { rows: sum.rows + rows, loss: sum.loss + rows * loss });
    }
  }
  return [...sums].map(([middle, { rows, loss }]) => [middle, loss / rows]).sort(([a], [b]) => a - b);
}

function sheets() {
  $('run-sheets').hidden = !run.sheets.length;
  if (!run.sheets.length) return;
  $('run-sheet-at').max = run.sheets.length - 1;
  if (following) $('run-sheet-at').value = run.sheets.length - 1;
  $('run-sheet-at').closest('label').hidden = run.sheets.length < 2;
  showSheet();
}

function showSheet() {
  const step = run.sheets[Number($('run-sheet-at').value)];
  const picture = runs.sheet(run.id, step);
  $('run-sheet-step').textContent = `step ${step.toLocaleString('en')}`;
  $('run-sheet-at').setAttribute('aria-valuetext', `step ${step}`);
  if ($('run-sheet').getAttribute('src') !== picture) {
    $('run-sheet').src = picture;
    $('run-sheet').alt = `Samples after step ${step}`;
  }
}
