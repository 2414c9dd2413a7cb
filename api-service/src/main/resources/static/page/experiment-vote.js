// Blind votes on two images of one seed, by the keyboard or by buttons.
import { getJson, imageAddress, mistakes } from './api.js';
import * as data from './experiment-data.js';
import { plural } from './words.js';

const $ = (id) => document.getElementById(id);
const KEYS = { ArrowLeft: 'left', ArrowRight: 'right', t: 'tie', b: 'bad' };
const MORE = 8; // pairs that are made at once
const OFTEN = 1000; // milliseconds between looks for a pair that is being made
const PATIENCE = 60; // looks

let experiment = null; // in view
let ballot = null; // what is voted on now
let votes = 0; // since the section was opened
let opening = 0; // counts what was asked for: an answer to an earlier question is nobody's any more
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
  $('vote-more').hidden = experiment.state !== 'running';
  next();
}

export function close() {
  opening += 1;
  clearTimeout(timer);
  experiment = null;
}

export function clear() {
  show(null);
}

/** @param looks how often it is asked again for a pair that is being made */
async function next(looks = 0) {
  opening += 1;
  const mine = opening;
  clearTimeout(timer);
  show(null);
  try {
    const found = await data.ballot(experiment.name);
    if (mine !== opening) return;
    if (found === null) {
      if (looks > 0) timer = setTimeout(() => next(looks - (document.hidden ? 0 : 1)), OFTEN);
      else end();
      return;
    }
    // Both are shown at once: one that comes later would be looked at longer.
    const pictures = ['left', 'right'].map((side) => [$(`vote-${side}-image`), imageAddress(found[side], 0, 'png')]);
    await Promise.all(pictures.map(([, source]) => Object.assign(new Image(), { src: source }).decode()));
    if (mine !== opening) return;
    for (const [picture, source] of pictures) picture.src = source;
    show(found);
    if (looks > 0) say('');
    take($('ballot'));
  } catch (error) {
    if (mine !== opening) return;
    say(error instanceof DOMException ? 'The images of this pair cannot be shown: a model of it makes none, or they are no longer kept.'
      : mistakes(error).join(' '));
  }
}

function end() {
  say(`${votes ? `${told()} ` : ''}There is no pair that you have not voted on.`);
  take($('vote-more').hidden ? $('ballot') : $('vote-more'));
}

/** The keyboard goes where the next thing is done, unless somebody is at something else. */
function take(element) {
  const { activeElement } = document;
  if (activeElement === document.body || $('experiment-vote').contains(activeElement) || activeElement === $('view-vote')) {
    element.focus({ preventScroll: true });
  }
}

function show(found) {
  ballot = found;
  for (const choice of Object.values(KEYS)) $(`vote-${choice}`).disabled = found === null;
  if (found) return;
  for (const side of ['left', 'right']) $(`vote-${side}-image`).removeAttribute('src');
}

const told = () => `${plural(votes, 'vote')} of yours since you came here.`;

async function vote(choice) {
  if (!ballot) return;
  const mine = ballot;
  const asked = opening;
  ballot = null;
  try {
    const { counted } = await data.vote(experiment.name, mine, choice);
    if (asked !== opening) return;
    votes += counted ? 1 : 0;
    say(told());
    await next();
  } catch (error) {
    if (asked !== opening) return;
    ballot = mine;
    say(mistakes(error).join(' '));
  }
}

/** Makes the same requests in every arm, of classes that all arms' models have. */
async function more() {
  const { name, arms } = experiment;
  const asked = experiment;
  $('vote-more').disabled = true;
  let made = 0;
  try {
    const cards = await Promise.all(arms.map(({ model }) => getJson(`models/${encodeURIComponent(model)}`)));
    const classes = cards[0].classes.filter((each) => cards.every((card) => card.classes.includes(each)));
    for (; made < MORE; made++) {
      const label = classes[Math.floor(Math.random() * classes.length)];
      await data.makePair(name, label === undefined ? {} : { label });
    }
    if (asked === experiment) say(`${MORE} pairs are being made …`);
  } catch (error) {
    if (asked === experiment) say(mistakes(error).join(' '));
  } finally {
    $('vote-more').disabled = false;
  }
  if (asked === experiment && made > 0 && !ballot) await next(PATIENCE);
}

function say(text) {
  $('vote-status').textContent = text;
}
