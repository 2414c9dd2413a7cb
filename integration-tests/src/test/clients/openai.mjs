// What a person does with OpenAI's client for Node, in the version that the first argument names. The second is the server.
import assert from 'node:assert/strict';

const [version, server, key] = process.argv.slice(2);
const { default: OpenAI } = await import(`openai${version}`);
const client = new OpenAI({ baseURL: `${server}/v1`, apiKey: key, maxRetries: 2 });
const model = 'fashion-onestep';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const isPng = (text) => Buffer.from(text, 'base64').subarray(0, 4).equals(PNG);

// Plain, with what only Pathline has beside it.
const plain = await client.images.generate({ model, prompt: 'a photo of a bag', seed: 7 });
assert.equal(plain.data.length, 1);
assert.ok(isPng(plain.data[0].b64_json));
assert.equal(plain.data[0].seed, '7');
assert.ok(plain.created > 1e9);
assert.ok(plain.usage.total_tokens >= 0);

// Several, each with the seed of the request; the first is the same as alone.
const several = await client.images.generate({ model, prompt: 'bag', n: 3, seed: 7, strict: true });
assert.equal(several.data.length, 3);
assert.equal(new Set(several.data.map((image) => image.b64_json)).size, 3);

// Addresses, which anybody who may can fetch.
const addressed = await client.images.generate({ model, prompt: 'bag', response_format: 'url', n: 2 });
for (const { url } of addressed.data) {
  assert.ok(url.startsWith(server), url);
  const image = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(image.headers.get('content-type'), 'image/png');
}

// A stream with partial images, of one and of several.
for (const [n, partial] of [[1, 2], [2, 1]]) {
  const events = [];
  const stream = await client.images.generate(
    { model: 'fashion-flow', prompt: 'sneaker', steps: 6, n, stream: true, partial_images: partial });
  for await (const event of stream) events.push(event);
  const partials = events.filter(({ type }) => type === 'image_generation.partial_image');
  const completed = events.filter(({ type }) => type === 'image_generation.completed');
  assert.equal(partials.length, n * partial, 'partial images');
  assert.equal(completed.length, n, 'completed');
  assert.equal(events.at(-1).type, 'image_generation.completed');
  assert.ok([...partials, ...completed].every(({ b64_json: image }) => isPng(image)));
}

// Errors, as the client's own classes.
await assert.rejects(client.images.generate({ model: 'nobody', prompt: 'bag' }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === 'unknown_model' && error.param === 'model'
    && Boolean(error.requestID ?? error.request_id));
await assert.rejects(client.images.generate({ model, prompt: 'bag', n: 0 }),
  (error) => error instanceof OpenAI.BadRequestError && error.param === 'n');
await assert.rejects(client.images.generate({ model, prompt: 'a cat' }),
  (error) => error instanceof OpenAI.UnprocessableEntityError && error.param === 'prompt');
await assert.rejects(new OpenAI({ baseURL: `${server}/v1`, apiKey: 'wrong', maxRetries: 0 }).images.generate({ model, prompt: 'bag' }),
  (error) => error instanceof OpenAI.AuthenticationError && error.code === 'unauthenticated');

// An error in the middle of a stream, here a deadline, is an exception and no quiet end.
const late = await client.images.generate(
  { model: 'fashion-flow', prompt: 'sneaker', steps: 900, n: 8, stream: true, partial_images: 1, deadlineMs: 500 });
await assert.rejects(async () => { for await (const _ of late); }, (error) => /expired/.test(error.message));

// Who stops reading lets go of the job.
const before = new Set((await jobs()).map(({ id }) => id));
const abort = new AbortController();
const endless = await client.images.generate(
  { model: 'fashion-flow', prompt: 'sneaker', steps: 900, n: 8, stream: true, partial_images: 3 }, { signal: abort.signal });
const mine = (await jobs()).find(({ id }) => !before.has(id));
setTimeout(() => abort.abort(), 300);
try {
  for await (const _ of endless);
} catch (error) {
  assert.ok(error instanceof OpenAI.APIUserAbortError, String(error));
}
for (let i = 0; ; i++) {
  const { state } = await json(`/jobs/${mine.id}`);
  if (state === 'cancelled') break;
  assert.ok(i < 100, `the job is ${state}`);
  await new Promise((resolve) => { setTimeout(resolve, 100); });
}

// The models.
const models = [];
for await (const one of client.models.list()) models.push(one.id);
assert.ok(models.includes(model));
assert.equal((await client.models.retrieve(model)).id, model);

async function json(path) {
  const response = await fetch(server + path, { headers: { authorization: `Bearer ${key}` } });
  assert.ok(response.ok, path);
  return response.json();
}

async function jobs() {
  return (await json('/jobs?limit=20')).jobs;
}

console.log(`openai ${version} is served`);
