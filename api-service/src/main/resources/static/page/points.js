// The view of samples that are points of the plane, held against the truth where it is known.
import { imageAddress, reach as ask } from './api.js';
import { MASSES, truth as truthOf } from './mixture.js';
import { COLOURS, drawPlot, reach } from './plot.js';
import * as runs from './runs.js';
import { plural } from './words.js';

const AT_ONCE = 8; // files that are fetched side by side
const percent = (share) => `${Math.round(100 * share)} %`;

/** Reads the numbers of a NumPy file of float32. */
function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 10 + view.getUint16(8, true);
  return Array.from({ length: (bytes.byteLength - start) / 4 }, (_, i) => view.getFloat32(start + 4 * i, true));
}

export function pointsView(settings) {
  const { count, classes = [], labelIndex = null } = settings;
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const legend = document.createElement('ul');
  legend.className = 'legend';
  const plot = document.createElement('div');
  plot.className = 'plot';
  plot.append(canvas, legend);
  let truth = null;
  let shown = { points: new Map(), trails: [] };
  let last = null; // where points ended, by index

  const redraw = () => draw(canvas, canvas.clientWidth);
  new ResizeObserver(redraw).observe(canvas);
  document.addEventListener('pathline-theme', redraw);
  learnTheTruth();

  async function learnTheTruth() {
    const response = await ask(`models/${encodeURIComponent(settings.model)}/mixture`).catch(() => null);
    const known = response?.status === 200 ? await response.json() : await trainedOn();
    if (!known) return;
    truth = truthOf(known, labelIndex);
    redraw();
    describe();
  }

  /** The mixture that the model was trained on, if it was one and its run is still there. */
  async function trainedOn() {
    const run = (await runs.list().catch(() => [])).find(({ model }) => model === settings.reference);
    const data = run && (await runs.get(run.id).catch(() => ({}))).spec?.data;
    if (data?.format !== 'mixture' || data.components?.[0]?.mean?.length !== 2) return null;
    const all = data.components.reduce((sum, { weight = 1 }) => sum + weight, 0);
    return { components: data.components,
      shares: [...(data.classes ?? []).map((_, k) => data.components.map((__, i) => Number(i === k))),
        data.components.map(({ weight = 1 }) => weight / all)] };
  }

  /** A class that was asked for has its colour; otherwise it is the one that a point most likely belongs to, in the end. */
  function colourOf(index, x, y) {
    if (labelIndex !== null) return labelIndex;
    if (!truth || !classes.length) return -1;
    return truth.classOf(...(last?.get(index) ?? [x, y]));
  }

  function draw(target, size) {
    if (!size) return;
    const scale = target === canvas ? devicePixelRatio || 1 : 2;
    target.width = target.height = Math.round(size * scale);
    drawPlot(target, size, { ...shown, truth, colourOf, half: reach(shown.points.values(), truth) });
  }

  function describe() {
    const entries = [];
    if (labelIndex !== null) entries.push([`class-${labelIndex % COLOURS}`, classes[labelIndex]]);
    else if (truth && classes.length) classes.forEach((name, k) => entries.push([`class-${k % COLOURS}`, `most likely ${name}`]));
    else entries.push(['accent', plural(count, 'point')]);
    const items = entries.map(([colour, text]) => item(colour, text));
    if (truth) {
      items.push(item('lines', `the truth: ${MASSES.map(percent).join(', ')} of ${labelIndex === null ? 'it' : 'this class'} lie inside the lines`));
      const of = settings.cfgScale !== undefined && settings.cfgScale !== 1 ? ' (guidance leaves it on purpose)' : '';
      if (last) items.push(item('', `inside them: ${inside().map(percent).join(', ')} of the points${of}`));
    }
    legend.replaceChildren(...items);
    canvas.setAttribute('aria-label', [plural(count, 'point'), ...items.map((element) => element.textContent)].join('; '));
  }

  function item(colour, text) {
    const element = document.createElement('li');
    if (colour) {
      const mark = document.createElement('i');
      mark.className = colour;
      element.append(mark);
    }
    element.append(text);
    return element;
  }

  function inside() {
    const densities = [...last.values()].map(([x, y]) => truth.density(x, y));
    return truth.levels.map((level) => densities.filter((value) => value >= level).length / densities.length);
  }

  describe();
  return {
    elements: [plot],
    noun: 'point',
    read: ({ npy }) => decode(Uint8Array.from(atob(npy), (char) => char.charCodeAt(0))),

    /** Draws a frame, with the ways of some points through the frames before it. */
    paint(frames, at, points = frames[at].images) {
      const few = [...points.keys()].filter((index) => index % Math.ceil(count / 100) === 0);
      const before = frames.slice(0, at + 1);
      shown = { points, trails: few.map((index) => before.map(({ images }) => images.get(index)).filter(Boolean)) };
      redraw();
    },

    live(frames, newest) {
      this.paint(frames, frames.length - 1, newest);
    },

    /** The points as they ended: mostly they are here already, told by the last step. */
    async finish(id, answer, newest) {
      const missing = answer.images.map(({ index }) => index).filter((index) => !newest.has(index));
      last = new Map(newest);
      const next = async () => {
        for (let index = missing.pop(); index !== undefined; index = missing.pop()) {
          const response = await ask(imageAddress(id, index, 'npy'));
          if (response.ok) last.set(index, decode(new Uint8Array(await response.arrayBuffer())));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      describe();
      return last;
    },

    sheet(size) {
      const sheet = document.createElement('canvas');
      draw(sheet, size);
      return sheet;
    },

    thumbnail() {
      return this.sheet(180);
    },

    files: [
      { name: 'Picture', extension: 'png', make: (view) => picture(view.sheet(800)) },
      { name: 'Numbers (CSV)', extension: 'csv', make: () => new Blob(
        [[...last.keys()].sort((a, b) => a - b).map((index) => last.get(index).join(',')).join('\n'), '\n'], { type: 'text/csv' }) },
    ],
    preferred: 0,
  };
}

const picture = (canvas) => new Promise((resolve) => { canvas.toBlob(resolve); });
