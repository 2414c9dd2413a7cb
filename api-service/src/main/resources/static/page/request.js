// What may be asked for, and how much of its way is seen.

/** So many samples at most. */
export const MOST = { picture: 64, point: 2000 };
export const MOST_STEPS = 1000;

// So many samples on their way are kept for the replay; of longer ways every second step is, or every third.
const KEPT = { points: 60000, pictures: 3000, numbers: 6e7 };

/** The smallest and the largest scale of guidance that can be chosen; undefined where there is nothing to choose. */
export function guidanceRange(card, labelled) {
  const { type, min, max } = card.guidance ?? {};
  if (type === 'input') return labelled || !card.classes.length ? [min, max] : undefined;
  return type === undefined && card.nullClass && labelled ? [0, 30] : undefined;
}

/** How many steps a request is for: so many times are so many steps. */
export const stepsOf = ({ steps, times }) => times?.length ?? steps;

/** Reads times as they are typed, '1, 0.8'; null where they are not decreasing numbers from 0 on. */
export function readTimes(text) {
  const times = text.trim().split(/[\s,;]+/).map(Number);
  const right = times.length <= MOST_STEPS && times.every((time, i) => time >= 0 && Number.isFinite(time) && (i === 0 || time < times[i - 1]));
  return right ? times : null;
}

export const kindOf = ({ shape }) => (shape.length === 1 ? 'point' : 'picture');

export function isSeed(text) {
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** Whether a text is a number in a range. */
export function isNumber(text, low, high, whole) {
  const value = Number(text);
  return text.trim() !== '' && value >= low && value <= high && (!whole || Number.isInteger(value));
}

/** What is wrong with a number that is none of a range. */
export const numberWanted = (low, high, whole) => `A ${whole ? 'whole ' : ''}number from ${low} to ${high.toLocaleString('en')}.`;

/** How a request asks for its way: with the noise, and as many steps as are kept. */
export function preview(request, card, watch) {
  const { count } = request;
  const steps = stepsOf(request);
  const size = card.shape.reduce((product, side) => product * side, 1);
  const point = kindOf(card) === 'point';
  const kept = point ? KEPT.points : Math.min(KEPT.pictures, KEPT.numbers / size);
  const every = Math.min(steps, Math.max(1, Math.ceil((count * steps) / kept)));
  return { every, kind: point ? 'noisy' : watch, noise: true };
}
