// The stage: pictures or points as they denoise, progress, and the replay of the steps afterwards.
import { decode, drawCloud } from './cloud.js';

const $ = (id) => document.getElementById(id);
const KEPT_PREVIEWS = 3000; // pictures, so that a long run of many does not fill the memory
const KEPT_POINTS = 64000;
const CLOUD = 480; // pixels of the canvas that points share

let canvases = [];
let total = 0;
let points = false; // samples are points of the plane, not pictures
let history = [];
let kept = 0;
let startedAt = 0;
const waiting = new Map();

export function begin(count, shape) {
  $('idle').hidden = true;
  $('work').hidden = false;
  $('under').hidden = true;
  $('facts').textContent = '';
  hideProblem();
  history = [];
  waiting.clear();
  kept = 0;
  startedAt = 0;
  total = count;
  points = shape.length === 1;
  const [, height, width] = points ? [1, CLOUD, CLOUD] : shape;
  const shown = points ? 1 : count;
  $('images').classList.toggle('points', points);
  $('smooth').closest('label').hidden = points;
  $('images').style.setProperty('--columns', Math.ceil(Math.sqrt(shown)));
  $('images').style.setProperty('--ratio', `${width} / ${height}`);
  canvases = Array.from({ length: shown }, (_, index) => {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', points ? `${count} points` : `image ${index + 1} of ${count}`);
    return canvas;
  });
  $('images').replaceChildren(...canvases.map((canvas) => {
    const link = document.createElement('a');
    link.append(canvas);
    return link;
  }));
  progress(0);
  status('Sending the request …');
}

export function status(text) {
  $('status').textContent = text;
}

export function queued({ position, etaMs }) {
  status(position > 1 ? `Waiting, ${position - 1} before you${eta(etaMs)} …` : 'Waiting for a worker …');
}

export function started() {
  startedAt = performance.now();
  status('Starting …');
}

export function step({ step: at, steps, sigma, etaMs, images }) {
  progress(at / steps);
  const noise = sigma === undefined ? '' : ` · noise ${sigma < 10 ? sigma.toFixed(2) : Math.round(sigma)}`;
  const left = etaMs ?? ((performance.now() - startedAt) / at) * (steps - at);
  status(`Step ${at} of ${steps}${noise}${at < steps ? eta(left) : ''}`);
  if (images.length) {
    if (kept + images.length <= (points ? KEPT_POINTS : KEPT_PREVIEWS)) {
      remember(at, steps, images);
      kept += images.length;
    }
    // Steps may come faster than the screen shows them: each frame paints the newest picture of each image.
    if (!waiting.size) requestAnimationFrame(paintWaiting);
    for (const { index, png } of images) waiting.set(index, png);
  }
}

function paintWaiting() {
  if (points && waiting.size) drawTrail(history.length);
  else for (const [index, png] of waiting) draw(index, png);
  waiting.clear();
}

function drawTrail(frames) {
  drawCloud(canvases[0], history.slice(0, frames).map((frame) => frame.images));
}

/** Several events may tell of one step, each with some of the pictures. */
function remember(at, steps, images) {
  let frame = history.find((candidate) => candidate.at === at);
  if (!frame) {
    frame = { at, text: `step ${at} of ${steps}`, images: new Map() };
    history.push(frame);
    history.sort((a, b) => a.at - b.at);
  }
  for (const { index, png, npy } of images) frame.images.set(index, points ? decode(bytesOf(npy)) : png);
}

export async function finish(answer, describe) {
  progress(1);
  waiting.clear();
  const last = { at: Infinity, text: 'finished', images: null };
  if (points) last.images = new Map();
  await Promise.all(answer.images.map(async ({ index, url }) => {
    const bytes = await (await fetch(url)).blob();
    if (points) {
      last.images.set(index, decode(new Uint8Array(await bytes.arrayBuffer())));
      return;
    }
    const link = canvases[index].parentElement;
    link.href = url;
    link.download = `${describe.model}-${describe.label || 'any'}-${answer.seed}-${index}.png`.replaceAll(/[^\w.-]+/g, '_');
    link.title = 'Download this image';
    await paint(index, bytes);
  }));
  history.push(last);
  if (points) drawTrail(history.length);
  $('replay').max = history.length - 1;
  $('replay').value = history.length - 1;
  $('replay-at').textContent = 'finished';
  $('replay').closest('label').hidden = history.length < 3;
  $('under').hidden = false;
  const seconds = (answer.timings.totalMs / 1000).toFixed(answer.timings.totalMs < 10000 ? 2 : 0);
  const thing = points ? 'point' : 'image';
  status(`${total === 1 ? `One ${thing}` : `${total} ${thing}s`} in ${seconds} s`);
  $('facts').textContent = [describe.model, describe.label, describe.solverTitle, `${describe.steps} steps`,
    describe.cfgScale !== undefined && `guidance ${describe.cfgScale}`, `seed ${answer.seed}`,
    `${answer.nfe} evaluations ${points ? 'a point' : 'an image'}`].filter(Boolean).join(' · ');
  finals = canvases.map(copy);
}

let finals = [];

export function setupControls() {
  $('replay').addEventListener('input', async () => {
    const frame = history[Number($('replay').value)];
    $('replay-at').textContent = frame.text;
    if (points) {
      drawTrail(Number($('replay').value) + 1);
    } else if (frame.images) {
      await Promise.all([...frame.images].map(([index, png]) => draw(index, png)));
    } else {
      finals.forEach((final, index) => blit(index, final));
    }
  });
  $('smooth').checked = localStorage.getItem('pathline.smooth') === 'yes';
  const smooth = () => {
    $('images').classList.toggle('smooth', $('smooth').checked);
    localStorage.setItem('pathline.smooth', $('smooth').checked ? 'yes' : 'no');
  };
  $('smooth').addEventListener('change', smooth);
  smooth();
}

/** The finished pictures on one sheet, as a canvas; at most so many of them. */
export function sheet(limit = Infinity) {
  const shown = finals.slice(0, limit);
  const columns = Math.ceil(Math.sqrt(shown.length));
  const { width, height } = shown[0];
  const canvas = document.createElement('canvas');
  canvas.width = columns * (width + 2) - 2;
  canvas.height = Math.ceil(shown.length / columns) * (height + 2) - 2;
  const context = canvas.getContext('2d');
  shown.forEach((final, i) => context.drawImage(final, (i % columns) * (width + 2), Math.floor(i / columns) * (height + 2)));
  return canvas;
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

function progress(share) {
  $('bar').setAttribute('aria-valuenow', Math.round(share * 100));
  $('bar').firstElementChild.style.width = `${share * 100}%`;
}

function eta(ms) {
  if (!Number.isFinite(ms)) return '';
  return ms < 1000 ? ' · less than a second left' : ` · about ${Math.round(ms / 1000)} s left`;
}

async function draw(index, png) {
  await paint(index, new Blob([bytesOf(png)], { type: 'image/png' }));
}

const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

async function paint(index, blob) {
  const canvas = canvases[index];
  if (!canvas) return;
  // Pictures are decoded out of order; an older one must not be painted over a newer one.
  const turn = (canvas.turn = (canvas.turn || 0) + 1);
  const picture = await createImageBitmap(blob);
  if (canvas.turn === turn) blit(index, picture);
}

function blit(index, picture) {
  const canvas = canvases[index];
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d').drawImage(picture, 0, 0);
}

function copy(canvas) {
  const twin = document.createElement('canvas');
  twin.width = canvas.width;
  twin.height = canvas.height;
  twin.getContext('2d').drawImage(canvas, 0, 0);
  return twin;
}
