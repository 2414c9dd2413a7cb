// Words for people: numbers with their nouns, and what the server says as sentences.

/** '1 step', '20 steps'. */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** A phrase as a sentence. */
export function sentence(text) {
  const trimmed = text.trim();
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** A time to come: 'less than a second', 'about 12 s', 'about 3 min'. */
export function duration(ms) {
  if (ms < 1000) return 'less than a second';
  if (ms < 100000) return `about ${Math.round(ms / 1000)} s`;
  return `about ${Math.round(ms / 60000)} min`;
}

export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 0)} s`;
}

// What a code means to somebody who looks at this page; the server's own words are for those who call it.
const MEANINGS = {
  queue_full: 'The server has as many jobs as it takes on.',
  no_worker: 'The server has nobody to generate yet: it may still be starting.',
  shutting_down: 'The server is stopping. Try again when it runs.',
  unknown_job: 'The server does not know this job any more.',
  job_expired: 'The job was not finished in time.',
  too_costly: 'This is more than the server does at once: ask for less of it.',
  not_finite: 'The numbers became infinite on the way. Try more steps or less guidance.',
  out_of_memory: 'The model does not fit into the memory of the device.',
  worker_lost: 'What generated the images was lost several times. Try again.',
  registry_unavailable: 'The place where models are kept cannot be reached. Try again in a while.',
  store_unavailable: 'The server cannot reach its storage. Try again in a while.',
  unauthenticated: 'The server does not know the API key any more. Load the page again to say another.',
  rate_limited: 'This key has asked often enough for a while.',
  too_many_jobs: 'This key has as many jobs as it may have at once.',
  no_trainer: null, // the server says why there is none
};

/** What a problem document says to people. */
export function explain({ code, detail, title }, retryAfter) {
  const again = retryAfter ? ` Try again in ${plural(Number(retryAfter), 'second')}.` : '';
  const known = MEANINGS[code];
  return known ? known + again : sentence(detail || title || 'The server refused without saying why') + again;
}
