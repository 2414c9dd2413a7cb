// Talks to the trainer: training runs, their curves and what happens to them.
import { failure, getJson, reach } from './api.js';

const ENDED = ['succeeded', 'failed', 'cancelled'];
const TYPES = ['queued', 'preparation', 'started', 'progress', 'snapshot', 'sheet', 'evaluation', 'warning', 'blocked', 'unblocked', 'stepped-back',
  'paused', 'resumed', ...ENDED];

export const ended = (run) => ENDED.includes(run.state);

const address = (id) => `training-runs/${encodeURIComponent(id)}`;

export const list = () => getJson('training-runs');
export const get = (id) => getJson(address(id));
export const progress = (id) => getJson(`${address(id)}/progress`);
export const sheet = (id, step) => `${address(id)}/sheets/${step}.png`;
export const report = (id) => `${address(id)}/report`;

/** Pauses, resumes or cancels a run, and returns it as it is then. */
export async function command(id, what) {
  const response = what === 'cancel'
    ? await reach(address(id), { method: 'DELETE' })
    : await reach(`${address(id)}/${what}`, { method: 'POST' });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/** Starts a run from a specification in YAML. */
export async function start(text) {
  const response = await reach('training-runs', { method: 'POST', body: text, headers: { 'content-type': 'application/yaml' } });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/**
 * Follows a run's events; a connection that breaks off is made again by the browser. Whoever follows closes it when the run
 * has ended: the log of a failed run that was resumed has an end in its middle.
 */
export function follow(id, heard) {
  const source = new EventSource(`${address(id)}/events`);
  for (const type of TYPES) {
    source.addEventListener(type, (event) => heard(type, JSON.parse(event.data)));
  }
  return source;
}
