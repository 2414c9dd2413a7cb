// One experiment: its state and buttons, and the report, the votes or the pairs of it.
import { mistakes } from './api.js';
import * as data from './experiment-data.js';
import * as pairs from './experiment-pairs.js';
import * as report from './experiment-report.js';
import * as vote from './experiment-vote.js';

const $ = (id) => document.getElementById(id);
const OFTEN = 2000; // milliseconds between looks while it runs
const SELDOM = 10000; // and while it does not
const PARTS = { report, vote, pairs };

let shown = null; // its name
let part = 'report';
let opened = false; // whether the part has what it shows
let newest = null; // the newest version: what Start starts
let current = null; // the version that runs, or ran last: what is reported, voted on, stopped and decided
let changed = () => {};
let timer = 0;
let opening = 0; // counts what was chosen

export const name = () => shown;

export function setup(onChange) {
  changed = onChange;
  $('experiment-start').addEventListener('click', () => act('start'));
  $('experiment-stop').addEventListener('click', () => act('stop'));
  $('experiment-decide').addEventListener('click', () => act('decide', { arm: $('experiment-arm').value }));
  document.addEventListener('visibilitychange', () => { if (!document.hidden && shown !== null) load(); });
  vote.setup();
  pairs.setup();
}

export function open(wanted, wantedPart) {
  close();
  shown = wanted;
  part = wantedPart;
  $('experiment').hidden = false;
  $('experiment-name').textContent = shown;
  for (const each of Object.values(PARTS)) each.clear();
  for (const each of Object.keys(PARTS)) {
    $(`experiment-${each}`).hidden = each !== part;
    $(`view-${each}`).href = data.section(shown, each === 'report' ? '' : each);
    if (each === part) $(`view-${each}`).setAttribute('aria-current', 'page');
    else $(`view-${each}`).removeAttribute('aria-current');
  }
  buttons();
  problem('');
  load();
}

export function close() {
  opening += 1;
  clearTimeout(timer);
  shown = null;
  opened = false;
  newest = null;
  current = null;
  vote.close();
  $('experiment').hidden = true;
}

/** Somebody else looks now: who has seen which pair is another question. */
export function voterChanged() {
  if (opened && part === 'vote') vote.open(current);
}

/** Reads it, now and from time to time; what somebody else does with it is seen as well. */
async function load() {
  clearTimeout(timer);
  const mine = opening;
  let again = SELDOM;
  try {
    const found = await data.get(shown);
    const started = found.state !== 'draft' || found.version > 1;
    const known = started && (part === 'report' || found.state === 'draft') ? await data.report(shown) : null;
    const runs = found.state === 'draft' && known ? await data.version(shown, known.experiment) : found;
    if (mine !== opening) return;
    [newest, current] = [found, runs];
    show();
    report.show(current, known);
    if (!opened) PARTS[part].open(current);
    opened = true;
    again = current.state === 'running' ? OFTEN : SELDOM;
    problem('');
  } catch (error) {
    if (mine !== opening) return;
    problem(mistakes(error)[0]);
    // What the server does not know it will not know in a while.
    if (error.status === 404) return;
  }
  timer = setTimeout(() => { if (!document.hidden) load(); }, again);
}

function show() {
  const { version, state, hypothesis, arms, winner } = current;
  text('experiment-name', version > 1 ? `${current.name}, version ${version}` : current.name);
  const next = newest.version > version ? `; version ${newest.version} is a draft` : '';
  text('experiment-state', (state === 'decided' ? `decided for ${winner}` : state) + next);
  $('experiment-state').className = `state ${state}`;
  text('experiment-hypothesis', hypothesis);
  buttons();
  const names = arms.map((arm) => arm.name);
  const list = $('experiment-arm');
  if ([...list.options].map(({ value }) => value).join() !== names.join()) {
    list.replaceChildren(...names.map((each) => new Option(each, each)));
  }
}

/** A text that is as it was is not said again by a screen reader. */
function text(id, words) {
  if ($(id).textContent !== words) $(id).textContent = words;
}

function buttons() {
  $('experiment-start').hidden = newest?.state !== 'draft';
  $('experiment-start').textContent = newest?.version > 1 ? `Start version ${newest.version}` : 'Start';
  $('experiment-stop').hidden = current?.state !== 'running';
  $('experiment-choice').hidden = current?.state !== 'running' && current?.state !== 'stopped';
}

async function act(what, more) {
  const mine = opening;
  if (what === 'decide' && !confirm(`Decide for ${more.arm}? From then on everybody who asks for this experiment is served that.`)) return;
  const pressed = [...document.querySelectorAll('#experiment .run-top button')];
  for (const button of pressed) button.disabled = true;
  let refusal = '';
  try {
    await data.act(shown, what, more);
  } catch (error) {
    refusal = mistakes(error).join(' ');
  } finally {
    for (const button of pressed) button.disabled = false;
  }
  if (mine !== opening) return;
  await load();
  if (mine !== opening) return;
  if (refusal) problem(refusal);
  changed();
  // The button that was pressed may be gone.
  if (document.activeElement === document.body) $('experiment-name').focus({ preventScroll: true });
}

function problem(message) {
  text('experiment-problem', message);
  $('experiment-problem').hidden = !message;
}
