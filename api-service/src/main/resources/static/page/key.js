// The API key, where the server asks for one: said once, and kept in a cookie that no script reads.
import { failure, reach } from './api.js';

const $ = (id) => document.getElementById(id);

let required = false;
let asked = null; // the promise of a key that somebody is being asked for

/** Finds out whether the server asks for a key, and asks for it where it is not known yet. */
export async function begin() {
  $('key-form').addEventListener('submit', (event) => { event.preventDefault(); say(); });
  $('key-dialog').addEventListener('cancel', (event) => event.preventDefault());
  $('key-forget').addEventListener('click', forget);
  const response = await reach('session').catch(() => null);
  if (!response?.ok) return;
  const session = await response.json();
  ({ required } = session);
  if (session.known) show(session);
  else await ask();
}

/** Asks for a key, once for all who need it. */
export function ask() {
  asked ??= new Promise((resolve) => {
    $('key-dialog').addEventListener('close', () => { asked = null; resolve(); }, { once: true });
    $('key-dialog').showModal();
  });
  return asked;
}

async function say() {
  $('key-wrong').textContent = '';
  const key = $('key').value.trim();
  if (!key) {
    wrong('A key is a text such as pl_abcdefghij_...');
    return;
  }
  try {
    const response = await reach('session', {
      method: 'POST', body: JSON.stringify({ key }), headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw await failure(response);
    $('key').value = '';
    show(await response.json());
    $('key-dialog').close();
  } catch (error) {
    wrong(error.code === 'unauthenticated' ? 'The server does not know this key.' : error.message);
  }
}

function wrong(message) {
  $('key-wrong').textContent = message;
  $('key').setAttribute('aria-invalid', 'true');
  $('key').setAttribute('aria-describedby', 'key-wrong');
  $('key').focus();
}

/** Whether the server asks for a key. */
export const isKeyed = () => required;

function show({ name }) {
  $('key').removeAttribute('aria-invalid');
  $('key-forget').hidden = !required;
  $('key-forget').textContent = required ? `Forget key ${name}` : '';
}

async function forget() {
  await reach('session', { method: 'DELETE' }).catch(() => {});
  location.reload();
}
