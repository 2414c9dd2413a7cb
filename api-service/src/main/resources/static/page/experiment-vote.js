// Blind votes on two images of one seed, by the keyboard or by buttons.
import { getJson, mistakes } from './api.js';
import * as data from './experiment-data.js';
import { plural } from './words.js';

const $ = (id) => document.getElementById(id);
const KEYS = { ArrowLeft: 'left', ArrowRight: 'right', t: 'tie', b: 'bad' };
const MORE = 8; // pairs that are made at once
const PATIENCE = 1000; // milliseconds between looks for a pair that is being made

let experiment = null; // in view
let ballot = null; // what is voted on now
let votes = 0; // since the section was opened
let opening = 0;
let timer = 0;

export function setup() {
  for (const choice of Object.values(KEYS)) $(`vote-${choice}`).addEventListener('click', () => vote(choice));
  $('experiment-vote').addEventListener('keydown', (event) => {
    const choice = KEYS[event.key];
    if (!choice || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    vote(choice);
  });
  $('vote-more').addEventListener('click', more);
}

export function open(of) {
  experiment = of;
  votes = 0;
  say('');
  next(true);
}

export function close() {
  opening += 1;
  clearTimeout(timer);
  experiment = null;
}

export function clear() {
  show(null);
  $('vote-none').hidden = true;
}

/** @param focus whether the keyboard goes to what is shown */
async function next(focus, waiting = false) {
  opening += 1;
  const mine = opening;
  clearTimeout(timer);
  show(null);
  try {
    const found = await data.ballot(experiment.name);
    if (mine !== opening) return;
    $('vote-none').hidden = found !== null || waiting;
    if (found === null) {
      if (waiting) timer = setTimeout(() => next(focus, true), PATIENCE);
      return;
    }
    // Both are shown at once: one that comes later would be looked at longer.
    const pictures = [[$('vote-left-image'), found.leftImage], [$('vote-right-image'), found.rightImage]];
    await Promise.all(pictures.map(([, source]) => Object.assign(new Image(), { src: source }).decode()));
    if (mine !== opening) return;
    for (const [picture, source] of pictures) picture.src = source;
    show(found);
    if (waiting) say('');
    if (focus) $('ballot').focus({ preventScroll: true });
  } catch (error) {
    if (mine === opening) say(mistakes(error).join(' '));
  }
}

function show(found) {
  ballot = found;
  for (const choice of Object.values(KEYS)) $(`vote-${choice}`).disabled = found === null;
  if (found) return;
  for (const side of ['left', 'right']) $(`vote-${side}-image`).removeAttribute('src');
}

async function vote(choice) {
  if (!ballot) return;
  const mine = ballot;
  ballot = null;
  try {
    const { counted } = await data.vote(experiment.name, mine, choice);
    votes += counted ? 1 : 0;
    say(`${plural(votes, 'vote')} of yours since you came here.`);
    await next(true);
  } catch (error) {
    ballot = mine;
    say(mistakes(error).join(' '));
  }
}

/** Makes the same requests in every arm, of classes that all arms' models have. */
async function more() {
  const { name, arms } = experiment;
  $('vote-more').disabled = true;
  try {
    const cards = await Promise.all(arms.map(({ model }) => getJson(`models/${encodeURIComponent(model)}`)));
    const classes = cards[0].classes.filter((each) => cards.every((card) => card.classes.includes(each)));
    for (let i = 0; i < MORE; i++) {
      const label = classes[Math.floor(Math.random() * classes.length)];
      await data.makePair(name, label === undefined ? {} : { label });
    }
    say(`${MORE} pairs are being made …`);
    if (!ballot) await next(true, true);
  } catch (error) {
    say(mistakes(error).join(' '));
  } finally {
    $('vote-more').disabled = false;
  }
}

function say(text) {
  $('vote-status').textContent = text;
}
