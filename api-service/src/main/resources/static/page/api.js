// Talks to the server. Errors are Problem objects whose message is a sentence.
import { explain } from './words.js';

/** How a job ends. */
export const ENDS = ['succeeded', 'failed', 'cancelled', 'expired'];

const FIRST_PAUSE = 400; // milliseconds before a lost stream is taken up again; doubles with every failure
const LONGEST_PAUSE = 8000;
const SILENCE = 45000; // three heartbeats at their slowest: a stream that says nothing for so long is dead

export class Problem extends Error {
  constructor(message, { fields = [], status = 0, code = '' } = {}) {
    super(message);
    this.fields = fields;
    this.status = status;
    this.code = code;
  }
}

export async function failure(response) {
  try {
    const body = await response.json();
    return new Problem(explain(body, response.headers.get('retry-after')),
      { fields: body.errors || [], status: response.status, code: body.code });
  } catch {
    return new Problem(`The server answered ${response.status} without saying why.`, { status: response.status });
  }
}

/** What is wrong, mistake by mistake, as sentences that name the field. */
export function mistakes(error) {
  if (!(error instanceof Problem)) return [`Something went wrong on this page: ${error.message}`];
  return error.fields.length
    ? error.fields.map(({ field, message }) => (field && !message.startsWith(field) ? `${field}: ${message}` : message))
    : [error.message];
}

export async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem('The server cannot be reached. Is it still running?');
  }
}

export async function getJson(path) {
  const response = await reach(path);
  if (!response.ok) throw await failure(response);
  return response.json();
}

/** Relative, so that the page works below any address. */
export const jobAddress = (id) => `jobs/${encodeURIComponent(id)}`;

export const imageAddress = (id, index, format) => `${jobAddress(id)}/images/${index}.${format}`;

/** What the workers are busy with that is no job, such as 'loading a-model@1', by the worker; {} where nobody can say. */
export async function doing() {
  try {
    const response = await fetch('actuator/health/readiness');
    return (await response.json()).components.workers.details.doing ?? {};
  } catch {
    return {};
  }
}

/** Cancels a job and returns how it is then. */
export async function cancelJob(id) {
  const response = await reach(jobAddress(id), { method: 'DELETE' });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/** Lets go of a job that nobody will look at: the page may be gone before an answer comes. */
export function abandon(id) {
  fetch(jobAddress(id), { method: 'DELETE', keepalive: true }).catch(() => {});
}

/** Posts a request, which then runs whether or not somebody listens, and returns {id, body}: the job and its stream. */
export async function submit(request) {
  const response = await reach('generate', {
    method: 'POST', body: JSON.stringify({ ...request, detach: true }),
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  if (!response.ok) throw await failure(response);
  return { id: response.headers.get('location').split('/').pop(), body: response.body };
}

/**
 * Yields a job's events, {type, data}, up to the one that ends it. A stream that breaks off is taken up again where it was,
 * for as long as it takes; {type: 'lost'} and {type: 'found'} say so.
 *
 * @param body the stream that came with the job; without one, it is asked for from its beginning
 */
export async function* follow(id, signal, body = null) {
  let after = 0;
  let pause = FIRST_PAUSE;
  let lost = false;
  for (;;) {
    let heard = 0;
    try {
      body ??= await events(id, after, signal);
      if (lost) yield { type: 'found' };
      lost = false;
      for await (const event of parse(body, signal)) {
        heard += 1;
        pause = FIRST_PAUSE;
        if (event.id) after = event.id;
        yield event;
        if (ENDS.includes(event.type)) return;
      }
      // Nothing after what was heard: it may be that its end was heard by nobody.
      if (!heard && after) yield* end(await getJson(jobAddress(id)));
      signal.throwIfAborted();
    } catch (error) {
      if (signal.aborted || (error.status >= 400 && error.status < 500)) throw error;
    }
    body = null;
    lost = true;
    yield { type: 'lost' };
    await wait(pause, signal);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/** The last event of a job that has ended, told by the job itself. */
function* end(job) {
  if (!ENDS.includes(job.state)) return;
  yield { type: job.state, data: { ...job, nfe: job.evaluations } };
}

async function events(id, after, signal) {
  const headers = { accept: 'text/event-stream', ...(after ? { 'last-event-id': after } : {}) };
  const response = await reach(`${jobAddress(id)}/events`, { signal, headers });
  if (!response.ok) throw await failure(response);
  // Nothing comes after the last event, and the answer that says so has no body.
  return response.body ?? new Response('').body;
}

function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => { clearTimeout(timer); reject(signal.reason); };
    const timer = setTimeout(() => { signal.removeEventListener('abort', stop); resolve(); }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Reads server-sent events; a record of comments alone, a heartbeat, is none. */
async function* parse(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const stop = () => reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  let rest = '';
  try {
    for (;;) {
      const silence = setTimeout(stop, SILENCE);
      const { value, done } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      const records = (rest + value).split(/\r?\n\r?\n/);
      rest = records.pop();
      for (const record of records) {
        const event = { id: '', type: '', data: '' };
        for (const line of record.split(/\r?\n/)) {
          const [, field, content] = /^(\w+): ?(.*)$/.exec(line) || [];
          if (field === 'id') event.id = content;
          if (field === 'event') event.type = content;
          if (field === 'data') event.data += content;
        }
        if (event.type) yield { id: event.id, type: event.type, data: event.data ? JSON.parse(event.data) : {} };
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
