// One generation at a time: it is begun, or taken up again after a reload, followed to its end, or cancelled.
import { Problem, cancelJob, doing, follow, submit } from './api.js';
import * as form from './form.js';
import * as gallery from './gallery.js';
import * as session from './session.js';
import * as stage from './stage.js';
import { sentence } from './words.js';

const $ = (id) => document.getElementById(id);
const LOOK = 700; // milliseconds between two looks at what keeps a job waiting that is next
let running = null; // {abort, id, cancelled, next}

export const isRunning = () => running !== null;

/** Begins what the form says. */
export async function start() {
  if (running) return;
  stage.hideProblem();
  const chosen = form.read();
  if (!chosen) return;
  const { request, settings } = chosen;
  await live(settings, async () => {
    const { id, body } = await submit(request);
    session.remember(id, settings);
    return { id, body };
  });
}

/** Takes up what this tab was at work on before it was loaded again, if the server still knows it. */
export async function resume() {
  const kept = session.recall();
  if (!kept || running) return;
  form.write({ ...kept.settings, seed: kept.settings.seed ?? '' });
  await live(kept.settings, () => ({ id: kept.id, body: null }), true);
}

async function live(settings, begin, again = false) {
  running = { abort: new AbortController(), id: null, cancelled: false, next: false };
  const mine = running;
  stage.begin(settings, again);
  busy(true);
  try {
    const { id, body } = await begin();
    mine.id = id;
    if (mine.cancelled) {
      session.forget();
      stop(mine);
    }
    for await (const { type, data } of follow(id, mine.abort.signal, body)) {
      const wasNext = mine.next;
      mine.next = type === 'queued' && data.position <= 1;
      if (mine.next && !wasNext) watch(mine);
      if (type === 'queued') stage.queued(data);
      else if (type === 'started') stage.started();
      else if (type === 'step') stage.step(data);
      else if (type === 'lost') stage.lost();
      else if (type === 'found') stage.found();
      else if (type === 'succeeded') await succeed(id, data, settings);
      else if (type === 'failed') throw new Problem(data.error.message);
      else if (type === 'cancelled') stage.cancelled();
      else if (type === 'expired') throw new Problem('The job was not finished in time.');
    }
  } catch (error) {
    await ended(error, mine, again);
  } finally {
    mine.next = false;
    running = null;
    busy(false);
  }
}

/** A job that is next and does not begin waits for a model, or for what else the server does: said while it is so. */
async function watch(mine) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (!mine.next) return;
    const [what] = Object.values(await doing());
    if (!mine.next || mine.cancelled) return;
    if (what) stage.preparing(what);
  }
}

async function ended(error, { abort, id }, again) {
  if (abort.signal.aborted) {
    stage.cancelled();
    return;
  }
  session.forget();
  if (again && error.status === 404) {
    // It was long ago, or the server was started anew.
    stage.idle();
    return;
  }
  stage.stopped();
  if (!id) stage.idle();
  const elsewhere = form.refuse(error.fields || []);
  if (elsewhere.length) stage.showProblem(sentence(elsewhere.join('; ')));
  else if (error.fields?.length) stage.showProblem('Some settings need another look: what would be right stands below them.');
  else stage.showProblem(error instanceof Problem ? error.message : `Something went wrong on this page: ${error.message}`);
}

async function succeed(id, answer, settings) {
  await stage.finish(id, answer);
  gallery.add({ ...settings, shape: undefined, seed: answer.seed, picture: stage.thumbnail() });
}

/** Cancels what runs; before the server has said what it is, as soon as it does. */
export function cancel() {
  if (!running || running.cancelled) return;
  running.cancelled = true;
  session.forget();
  stage.cancelling();
  if (running.id) stop(running);
}

async function stop({ id, abort }) {
  try {
    const { state } = await cancelJob(id);
    // One that was done before the word came shows what it made.
    if (state !== 'succeeded') abort.abort();
  } catch (error) {
    abort.abort();
    stage.showProblem(`${error.message} The job may go on.`);
  }
}

/** The keyboard is where the next thing is done: on Cancel while it runs, on Generate afterwards. */
function busy(is) {
  const focused = document.activeElement;
  $('cancel').hidden = !is;
  if (is && focused === $('generate')) $('cancel').focus({ preventScroll: true });
  $('generate').disabled = is;
  $('generate').textContent = is ? 'Generating …' : 'Generate';
  if (!is && (focused === $('cancel') || focused === document.body) && !document.querySelector('#form [aria-invalid="true"]')) {
    $('generate').focus({ preventScroll: true });
  }
}
