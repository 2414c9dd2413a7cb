// Talks to the server of experiments, and has the words for what they measure.
import { failure, getJson, reach } from './api.js';

const WHO = 'pathline.who.1';
const PAIRS = 24; // of a page

const address = (name) => `experiments/${encodeURIComponent(name)}`;

/** Where an experiment is on this page, or a part of it. */
export const section = (name, part = '') => `#experiments/${encodeURIComponent(name)}${part && `/${part}`}`;

export const list = () => getJson('experiments');
export const get = (name) => getJson(address(name));

/** A version of an experiment, by its reference, NAME@VERSION. */
export const version = (name, reference) => getJson(`${address(name)}?version=${reference.slice(reference.lastIndexOf('@') + 1)}`);

export const report = (name) => getJson(`${address(name)}/report`);
export const pairs = (name, cursor) => getJson(`${address(name)}/pairs?limit=${PAIRS}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

async function post(path, body) {
  const response = await reach(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  if (!response.ok) throw await failure(response);
  return response.json();
}

export const create = (design) => post('experiments', { ...design, by: who() });

/** Starts, stops or decides an experiment, and returns it as it is then. */
export const act = (name, what, more = {}) => post(`${address(name)}/${what}`, { ...more, by: who() });

/** Makes a request in every arm. */
export const makePair = (name, request) => post(`${address(name)}/pairs`, request);

/** Two images to compare, {left, right, leftImage, rightImage}, or null if this voter has seen all. */
export async function ballot(name) {
  const response = await reach(`${address(name)}/ballot?voter=${encodeURIComponent(who())}`);
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? null : response.json();
}

export const vote = (name, { left, right }, choice) => post(`${address(name)}/votes`, { left, right, choice, voter: who() });

let called = ''; // where there is no storage, a name lasts until the page is left

/** Who looks at this page: the name that was given, or one that tells this browser apart. */
export function who() {
  try {
    called = localStorage.getItem(WHO) || called;
  } catch {
    // no storage
  }
  if (!called) call(`visitor-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`);
  return called;
}

/** Keeps a name. */
export function call(name) {
  called = name;
  try {
    localStorage.setItem(WHO, name);
  } catch {
    // kept above
  }
}

// What is measured, in words and with its unit.
const METRICS = {
  totalMs: ['Time in all', 'ms'],
  queuedMs: ['Time in the queue', 'ms'],
  firstPreviewMs: ['Time to the first preview', 'ms'],
  deviceMs: ['Time of the device', 'ms'],
  evaluations: ['Evaluations an image', ''],
  failed: ['Failed jobs', 'share'],
  ownClass: ['Own class, says a classifier', 'share'],
  pairDistance: ["Distance from the control's image", ''],
  rating: ['Rating', ''],
  frechetDistance: ['Frechet distance', ''],
};

/** The metrics that need not be declared. */
export const KNOWN = Object.keys(METRICS).filter((name) => name !== 'frechetDistance');

export function metricName(metric) {
  const [name, unit] = METRICS[metric] ?? [metric, ''];
  return unit ? `${name}, ${unit}` : name;
}

/** Where one arm's settings are in words: '20 steps of dpm-solver++-2m, guidance 1.25'. */
export function settings({ model, solver, steps, times, cfgScale }) {
  const count = times?.length ?? steps;
  return [model, count && `${count} ${count === 1 ? 'step' : 'steps'}`, solver, cfgScale !== undefined && `guidance ${cfgScale}`]
    .filter(Boolean).join(', ');
}
