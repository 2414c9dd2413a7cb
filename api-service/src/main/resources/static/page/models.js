// The models of the server, as they come and go while the page is open.
import { Problem, getJson } from './api.js';
import * as compare from './compare.js';
import * as form from './form.js';
import * as stage from './stage.js';

const $ = (id) => document.getElementById(id);
const EVERY = 10000; // milliseconds between looks while the section is seen

let timer = 0;
let watching = false;
let complained = false;

/** Looks at once and from time to time until {@link rest}. */
export async function watch() {
  watching = true;
  await look();
}

export function rest() {
  watching = false;
  clearTimeout(timer);
}

export function setup() {
  document.addEventListener('visibilitychange', () => { if (!document.hidden && watching) look(); });
  $('model').addEventListener('focus', () => { if (watching) look(); });
}

async function look() {
  clearTimeout(timer);
  try {
    const cards = (await getJson('models')).filter(form.shows);
    form.offer(cards);
    compare.offer(cards);
    complain(form.hasModels() ? '' : 'There is no model here yet. Train one: it appears here when it is done.');
  } catch (error) {
    // What is known stays; the next look tries again.
    if (!form.hasModels()) complain(error.message);
  }
  if (watching && !document.hidden) timer = setTimeout(look, EVERY);
}

function complain(message) {
  if (message) stage.showProblem(message);
  else if (complained) stage.hideProblem();
  complained = Boolean(message);
}

/** Chooses a model by NAME or NAME@VERSION, and says whether it is there and can be shown. */
export async function choose(reference) {
  try {
    const card = await getJson(`models/${encodeURIComponent(reference)}`);
    if (!form.shows(card)) {
      throw new Problem(`${reference} makes neither pictures nor points of the plane, which is what this page shows; the API has it.`);
    }
    form.choose(card);
    return true;
  } catch (error) {
    stage.showProblem(error.message);
    return false;
  }
}
