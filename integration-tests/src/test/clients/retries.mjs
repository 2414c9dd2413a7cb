// What OpenAI's client does with a server that is busy: it waits for as long as it is told, and asks again. The key of this test may have
// one job at a time, so of three that are asked for at once two are told to wait.
import assert from 'node:assert/strict';

const [version, server, key] = process.argv.slice(2);
const { default: OpenAI } = await import(`openai${version}`);
let asked = 0;
const client = new OpenAI({
  baseURL: `${server}/v1`, apiKey: key, maxRetries: 10,
  fetch: (...args) => { asked += 1; return fetch(...args); },
});
const answers = await Promise.all([1, 2, 3].map((seed) => client.images.generate(
  { model: 'fashion-flow', prompt: 'bag', steps: 10, seed })));
assert.equal(answers.length, 3);
assert.ok(asked > 3, `asked ${asked} times`);
console.log(`openai ${version} has waited`);
