// What was made from one seed in several arms, side by side; each can be taken to Compare.
import { imageAddress, mistakes } from './api.js';
import * as link from './compare-link.js';
import { make } from './dom.js';
import * as data from './experiment-data.js';
import { plural } from './words.js';

const $ = (id) => document.getElementById(id);

let experiment = null;
let cursor;

export function setup() {
  $('pairs-more').addEventListener('click', load);
}

export async function open(of) {
  experiment = of;
  clear();
  await load();
}

export function clear() {
  cursor = undefined;
  $('pairs-list').replaceChildren();
  $('pairs-none').hidden = true;
  $('pairs-more').hidden = true;
}

async function load() {
  const mine = experiment;
  $('pairs-more').disabled = true;
  try {
    const page = await data.pairs(mine.name, cursor);
    if (mine !== experiment) return;
    cursor = page.nextCursor;
    $('pairs-list').append(...page.pairs.map(item));
    $('pairs-more').hidden = !cursor;
    $('pairs-none').hidden = $('pairs-list').childElementCount > 0;
  } catch (error) {
    $('pairs-none').hidden = false;
    [$('pairs-none').textContent] = mistakes(error);
  } finally {
    $('pairs-more').disabled = false;
  }
}

function item({ seed, label, count, arms }) {
  const what = [label, count > 1 && plural(count, 'image'), `seed ${seed}`].filter(Boolean).join(', ');
  return make('li', {}, make('div', { className: 'arms' }, ...arms.map(figure)),
    make('p', {}, `${what} `, make('a', { href: compare({ seed, label, count, arms }) }, 'Compare')));

  function figure({ arm, job, images, totalMs }) {
    return make('figure', {}, make('img', { src: imageAddress(job, images[0].index, 'png'), alt: `${label ?? 'image'} by ${arm}`, loading: 'lazy' }),
      make('figcaption', {}, totalMs === undefined ? arm : `${arm}, ${totalMs.toLocaleString('en')} ms`));
  }
}

/** The same once more, in the view that shows the way of each. */
function compare({ seed, label, count, arms }) {
  return link.write({ shared: { seed, count, class: label }, columns: arms.slice(0, link.MOST_COLUMNS).map(({ arm, model }) => {
    const { solver, steps, cfgScale, timeGrid, times } = experiment.arms.find(({ name }) => name === arm) ?? {};
    return { model, solver, steps, cfgScale, timeGrid, times: times?.join(', ') };
  }) });
}
