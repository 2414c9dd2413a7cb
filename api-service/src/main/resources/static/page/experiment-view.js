// One experiment: its state and buttons, and the report, the votes or the pairs of it.
import { mistakes } from './api.js';
import * as data from './experiment-data.js';
import * as pairs from './experiment-pairs.js';
import * as report from './experiment-report.js';
import * as vote from './experiment-vote.js';

const $ = (id) => document.getElementById(id);
const EVERY = 2000; // milliseconds between looks while it runs
const PARTS = { report, vote, pairs };

let shown = null; // its name
let part = 'report';
let experiment = null;
let changed = () => {};
let timer = 0;
let opening = 0; // counts what was chosen

export const name = () => shown;

export function setup(onChange) {
  changed = onChange;
  $('experiment-start').addEventListener('click', () => act('start'));
  $('experiment-stop').addEventListener('click', () => act('stop'));
  $('experiment-decide').addEventListener('click', () => act('decide', { arm: $('experiment-arm').value }));
  vote.setup();
  pairs.setup();
}

export async function open(wanted, wantedPart) {
  const another = wanted !== shown;
  close();
  shown = wanted;
  part = wantedPart;
  $('experiment').hidden = false;
  $('experiment-name').textContent = shown;
  if (another) for (const each of Object.values(PARTS)) each.clear();
  for (const each of Object.keys(PARTS)) {
    $(`experiment-${each}`).hidden = each !== part;
    $(`view-${each}`).href = data.section(shown, each === 'report' ? '' : each);
    if (each === part) $(`view-${each}`).setAttribute('aria-current', 'page');
    else $(`view-${each}`).removeAttribute('aria-current');
  }
  problem('');
  if (await load()) PARTS[part].open(experiment);
}

export function close() {
  opening += 1;
  clearTimeout(timer);
  shown = null;
  experiment = null;
  vote.close();
  $('experiment').hidden = true;
}

/** Somebody else looks now: who has seen which pair is another question. */
export function voterChanged() {
  if (shown !== null && part === 'vote') vote.open(experiment);
}

/** Reads it, now and as long as it runs from time to time. Returns whether it is still the one in view. */
async function load() {
  clearTimeout(timer);
  const mine = opening;
  try {
    const found = await data.get(shown);
    const known = found.state === 'draft' && found.version === 1 ? null : await data.report(found.name);
    if (mine !== opening) return false;
    experiment = found;
    show();
    report.show(found, known);
    if (found.state === 'running' || known?.state === 'running') timer = setTimeout(load, EVERY);
    return true;
  } catch (error) {
    if (mine !== opening) return false;
    problem(mistakes(error)[0]);
    timer = setTimeout(load, EVERY);
    return false;
  }
}

function show() {
  const { version, state, hypothesis, arms, winner } = experiment;
  $('experiment-name').textContent = version > 1 ? `${experiment.name}, version ${version}` : experiment.name;
  $('experiment-state').textContent = state === 'decided' ? `decided for ${winner}` : state;
  $('experiment-state').className = `state ${state}`;
  $('experiment-hypothesis').textContent = hypothesis;
  $('experiment-start').hidden = state !== 'draft';
  $('experiment-stop').hidden = state !== 'running';
  $('experiment-choice').hidden = state !== 'running' && state !== 'stopped';
  const names = arms.map((arm) => arm.name);
  const list = $('experiment-arm');
  if ([...list.options].map(({ value }) => value).join() !== names.join()) {
    list.replaceChildren(...names.map((each) => new Option(each, each)));
  }
}

async function act(what, more) {
  const { name: acted } = experiment;
  if (what === 'decide' && !confirm(`Decide for ${more.arm}? From then on everybody is served that.`)) return;
  try {
    await data.act(acted, what, more);
    problem('');
  } catch (error) {
    problem(mistakes(error).join(' '));
  }
  await load();
  changed();
  // The button that was pressed may be gone.
  if (document.activeElement === document.body) $('experiment-name').focus({ preventScroll: true });
}

function problem(message) {
  $('experiment-problem').textContent = message;
  $('experiment-problem').hidden = !message;
}
