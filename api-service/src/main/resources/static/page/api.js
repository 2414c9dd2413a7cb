// Talks to the server. Errors are Problem objects whose message is a sentence.

export class Problem extends Error {
  constructor(message, fields = []) {
    super(message);
    this.fields = fields;
  }
}

export async function failure(response) {
  try {
    const body = await response.json();
    return new Problem(body.detail || body.title || `The server answered ${response.status}.`, body.errors || []);
  } catch {
    return new Problem(`The server answered ${response.status} without saying why.`);
  }
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

export function cancelJob(job) {
  return reach(job, { method: 'DELETE' }).catch(() => {});
}

/**
 * Posts a request and yields its events, {type, data}, as they come. The first is {type: 'accepted', job}, the job's
 * address. Ends after the terminal event; a stream that breaks off before it throws.
 */
export async function* generate(request, signal) {
  const response = await reach('generate', {
    method: 'POST', signal, body: JSON.stringify(request),
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  if (!response.ok) throw await failure(response);
  yield { type: 'accepted', job: response.headers.get('location') };
  let ended = false;
  for await (const event of parse(response.body)) {
    ended ||= ['succeeded', 'failed', 'cancelled', 'expired'].includes(event.type);
    yield event;
  }
  if (!ended) throw new Problem('The connection to the server was lost before the images were finished.');
}

async function* parse(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const records = (rest + value).split(/\r?\n\r?\n/);
      rest = records.pop();
      for (const record of records) {
        const event = record.split(/\r?\n/).reduce((all, line) => {
          const [, field, content] = /^(\w+): ?(.*)$/.exec(line) || [];
          if (field === 'event') all.type = content;
          if (field === 'data') all.data += content;
          return all;
        }, { type: '', data: '' });
        // A record of comments alone is a heartbeat.
        if (event.type) yield { type: event.type, data: JSON.parse(event.data) };
      }
    }
  } catch (error) {
    if (error.name === 'AbortError' || error instanceof Problem) throw error;
    throw new Problem('The connection to the server was lost before the images were finished.');
  } finally {
    reader.cancel().catch(() => {});
  }
}
