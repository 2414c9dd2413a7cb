// The comparison: two or more settings side by side, from the same seeds, and one slider over the ways of all of them.
import { copy } from './clipboard.js';
import { getJson } from './api.js';
import { Column } from './compare-column.js';
import * as link from './compare-link.js';
import { MOST, isNumber, isSeed, kindOf, numberWanted } from './request.js';

const $ = (id) => document.getElementById(id);
const FEWEST = 2;
const COUNT = { picture: 4, point: 500 };
const known = { cards: new Map(), solvers: new Map(), shared, copy: copied };

let columns = [];
let running = null; // {cancelled}
let wanted = null; // what an address asked for, until the models are there
let kind = '';

export function setup(solvers) {
  known.solvers = new Map(solvers.map((solver) => [solver.name, solver]));
  $('compare-form').addEventListener('submit', (event) => { event.preventDefault(); start(); });
  $('compare-form').addEventListener('change', changed);
  $('compare-seed').addEventListener('input', () => mark('compare-seed', ''));
  $('compare-count').addEventListener('input', () => mark('compare-count', ''));
  $('compare-class').addEventListener('change', useClass);
  $('compare-dice').addEventListener('click', () => { roll(); changed(); });
  $('compare-add').addEventListener('click', () => { add(columns.at(-1).settings).focus(); changed(); });
  $('compare-link').addEventListener('click', () => { changed(); copied(location.href, $('compare-link')); });
  $('compare-cancel').addEventListener('click', cancel);
  $('compare-cancel').addEventListener('keydown', (event) => { if (event.repeat) event.preventDefault(); });
  $('compare-at').addEventListener('input', scrub);
  addEventListener('pagehide', () => columns.forEach((column) => column.abandon()));
  roll();
}

/** The section is seen: as the address says, or as it was left. */
export async function show() {
  $('compare').hidden = false;
  const asked = link.read(location.hash);
  if (asked && !running && link.write(state()) !== location.hash) wanted = asked;
  await fill();
}

export function hide() {
  $('compare').hidden = true;
}

/** The models as they are now. */
export function offer(cards) {
  for (const reference of [...known.cards.keys()]) if (!reference.includes('@')) known.cards.delete(reference);
  known.cards = new Map([...cards.map((card) => [card.name, card]), ...known.cards]);
  if (!running) columns.forEach((column) => column.offer());
  if (!$('compare').hidden) fill();
}

/** Cancels all that runs. */
export function cancel() {
  if (!running) return;
  running.cancelled = true;
  columns.forEach((column) => column.cancel());
}

async function fill() {
  if (running) return;
  $('compare-none').hidden = known.cards.size > 0;
  $('compare-start').disabled = !known.cards.size;
  if (!known.cards.size) return;
  const asked = wanted ?? (columns.length ? null : standard());
  wanted = null;
  if (asked) {
    await Promise.all(asked.columns.map(({ model }) => findVersion(model)));
    take(asked);
  }
  useCards();
  if (!$('compare').hidden) changed();
}

/** A version that is not the newest is no entry of the list of models, and has a card of its own. */
async function findVersion(reference) {
  if (!reference.includes('@') || known.cards.has(reference)) return;
  const card = await getJson(`models/${encodeURIComponent(reference)}`).catch(() => null);
  if (card) known.cards.set(reference, card);
}

/** One step and as many as are recommended, of the first model. */
function standard() {
  const [[model]] = known.cards;
  return { shared: {}, columns: [{ model, steps: '1' }, { model }] };
}

function take({ shared: { seed, count, class: name, watch, order }, columns: settings }) {
  columns.forEach((column) => column.element.remove());
  columns = [];
  settings.forEach(add);
  while (columns.length < FEWEST) add(settings.at(-1));
  useCards(name);
  if (seed !== undefined) $('compare-seed').value = seed;
  if (count !== undefined) $('compare-count').value = count;
  for (const [id, value] of [['compare-watch', watch], ['compare-order', order]]) {
    if ([...$(id).options].some((option) => option.value === value)) $(id).value = value;
  }
}

function add(settings) {
  const column = new Column(known, { changed: () => { useCards(); changed(); }, removed: remove, said: say });
  columns.push(column);
  $('columns').append(column.element);
  column.settings = settings;
  column.className = $('compare-class').value;
  bounds();
  return column;
}

function remove(column) {
  const place = columns.indexOf(column);
  columns = columns.filter((other) => other !== column);
  column.element.remove();
  bounds();
  useCards();
  changed();
  columns[Math.min(place, columns.length - 1)].focus();
}

function bounds() {
  $('compare-add').disabled = running !== null || columns.length >= link.MOST_COLUMNS;
  columns.forEach((column) => { column.removable = running === null && columns.length > FEWEST; });
  offerTheWay();
}

/** The classes and numbers that go with the models that are chosen. */
function useCards(name) {
  const cards = columns.map(({ card }) => card).filter(Boolean);
  const classes = cards.flatMap((card) => card.classes).filter((one, i, all) => all.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === i);
  const asked = name ?? ($('compare-class').options.length ? $('compare-class').value : null);
  $('compare-class').replaceChildren(new Option('any (no guidance)', ''), ...classes.map((text) => new Option(text, text)));
  const now = cards.length && cards.every((card) => kindOf(card) === 'point') ? 'point' : 'picture';
  // Of pictures one class says more than a bit of each.
  const standard = now === 'point' ? '' : classes[0] ?? '';
  $('compare-class').value = asked === null ? standard : classes.find((one) => one.toLowerCase() === asked.toLowerCase()) ?? '';
  $('compare-class-field').hidden = !classes.length;
  if (now !== kind && cards.length) {
    kind = now;
    $('compare-count').max = MOST[kind];
    $('compare-count').value = COUNT[kind];
    $('compare-count-title').textContent = kind === 'point' ? 'Points' : 'Images';
    $('compare-watch-field').hidden = kind === 'point';
  }
  useClass();
}

function useClass() {
  columns.forEach((column) => { column.className = $('compare-class').value; });
}

function roll() {
  $('compare-seed').value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  mark('compare-seed', '');
}

/** What all columns have in common, as it is sent. */
function shared() {
  return { seed: $('compare-seed').value.trim(), count: Number($('compare-count').value), watch: $('compare-watch').value };
}

function state() {
  const value = (id) => $(id).value.trim();
  return { shared: { seed: value('compare-seed'), count: value('compare-count'), class: $('compare-class-field').hidden ? undefined : value('compare-class'),
    watch: value('compare-watch'), order: value('compare-order') }, columns: columns.map(({ settings }) => settings) };
}

/** The address says what is chosen: it is what is shared, and what a reload comes back to. */
function changed() {
  if (!$('compare').hidden && columns.length) history.replaceState(null, '', link.write(state()));
}

function read() {
  mark('compare-count', isNumber($('compare-count').value, 1, MOST[kind], true) ? '' : numberWanted(1, MOST[kind], true));
  mark('compare-seed', isSeed(shared().seed) ? '' : 'A seed is a whole number of at most 64 bits.');
  const requests = columns.map((column) => column.read(shared()));
  const first = document.querySelector('#compare [aria-invalid="true"]');
  first?.focus();
  return first ? null : requests;
}

async function start() {
  if (running) return;
  const requests = read();
  if (!requests) return;
  running = { cancelled: false };
  const mine = running;
  $('compare-way').hidden = true;
  busy(true);
  const beside = $('compare-order').value === 'together';
  if (beside) {
    await Promise.all(columns.map((column, i) => column.run(requests[i], true)));
  } else {
    for (const [i, column] of columns.entries()) {
      if (mine.cancelled) column.rest();
      else await column.run(requests[i], false);
    }
  }
  running = null;
  busy(false);
  offerTheWay();
}

/** The keyboard is where the next thing is done: on Cancel while it runs, on Compare afterwards. */
function busy(is) {
  const focused = document.activeElement;
  $('compare-cancel').hidden = !is;
  if (is && focused === $('compare-start')) $('compare-cancel').focus({ preventScroll: true });
  $('compare-start').disabled = is;
  $('compare-start').textContent = is ? 'Comparing …' : 'Compare';
  columns.forEach((column) => { column.busy = is; });
  for (const field of $('compare-form').querySelectorAll('input, select')) field.disabled = is;
  bounds();
  if (!is && (focused === $('compare-cancel') || focused === document.body)) $('compare-start').focus({ preventScroll: true });
}

/** One slider for all: so many places as the longest way has. */
function offerTheWay() {
  const films = columns.map(({ film }) => film).filter(Boolean);
  $('compare-way').hidden = running !== null || films.length === 0;
  if ($('compare-way').hidden) return;
  const places = Math.max(...films.map(({ frames }) => frames.length - 1));
  $('compare-at').max = places;
  $('compare-at').value = places;
  scrub();
}

function scrub() {
  const share = Number($('compare-at').value) / Math.max(1, Number($('compare-at').max));
  const texts = columns.filter(({ film }) => film).map((column) => `${column.title}: ${column.showAt(share)}`);
  const text = share === 0 ? 'noise' : share === 1 ? 'finished' : `${Math.round(100 * share)} % of the way`;
  $('compare-at-text').textContent = text;
  $('compare-at').setAttribute('aria-valuetext', [text, ...texts].join('; '));
}

function copied(text, button) {
  return copy(text, button, say);
}

function say(text) {
  $('compare-said').textContent = text;
}

function mark(id, message) {
  $(`${id}-wrong`).textContent = message;
  if (message) {
    $(id).setAttribute('aria-invalid', 'true');
    $(id).setAttribute('aria-describedby', `${id}-wrong`);
  } else {
    $(id).removeAttribute('aria-invalid');
  }
}
