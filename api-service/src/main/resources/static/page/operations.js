// The section of operations: what waits, who works, and how wrong estimates were.
import { getJson, mistakes } from './api.js';
import { make, table } from './dom.js';
import { plural, seconds } from './words.js';

const $ = (id) => document.getElementById(id);
const HASH = '#operations';
const EVERY = 2000; // milliseconds between looks while it is seen

let timer = 0;

export const isOurs = (hash) => hash === HASH;

/** The section is seen. */
export function show() {
  $('operations').hidden = false;
  refresh();
}

/** Another section is seen. */
export function hide() {
  $('operations').hidden = true;
  clearTimeout(timer);
}

async function refresh() {
  clearTimeout(timer);
  if ($('operations').hidden) return;
  if (!document.hidden) {
    try {
      draw(await getJson('operations'));
      $('operations-problem').hidden = true;
    } catch (error) {
      $('operations-problem').textContent = mistakes(error)[0];
      $('operations-problem').hidden = false;
    }
  }
  timer = setTimeout(refresh, EVERY);
}

function draw({ queue, models, workers, estimates }) {
  const facts = [`${plural(queue.waiting, 'job')} of at most ${queue.capacity.toLocaleString('en')} waiting`,
    `${plural(queue.held, 'job')} running`, `${plural(queue.rows, 'row')} of network evaluation to do`,
    estimates && `estimates of the last ${plural(estimates.jobs, 'job')} were wrong by ${seconds(estimates.medianErrorMs)} in the middle,`
      + ` ${seconds(estimates.largestErrorMs)} at most`].filter(Boolean);
  const focused = document.activeElement?.getAttribute('aria-label');
  $('operations-body').replaceChildren(make('p', { className: 'facts' }, facts.join(' · ')),
    table('Models', ['model', 'waiting', 'running'], models.length
      ? models.map(({ model, waiting, held }) => [model, String(waiting), String(held)])
      : [['none has a job', '', '']]),
    table('Workers', ['worker', 'state', 'devices', 'rows a second', 'rows an evaluation', 'models'], workers.length
      ? workers.map((worker) => [worker.name, worker.doing ?? (worker.ready ? 'ready' : 'starting'), worker.devices.join(', '),
        number(worker.rowsPerSecond), number(worker.rowsPerEvaluation), worker.models.join(', ')])
      : [['none lives', '', '', '', '', '']]));
  // Who scrolls a table goes on scrolling it.
  if (focused) $('operations-body').querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const number = (value) => (value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 }));
