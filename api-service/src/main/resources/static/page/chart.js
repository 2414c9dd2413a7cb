// Line charts as SVG, drawn in the width that there is, so that letters keep their size.

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 190;
const [HEADING, LETTER] = [8, 6.5]; // widths of letters, about
const MARGIN = { top: 26, right: 12, bottom: 34 };

/** An SVG element; a text becomes its content. */
function make(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

export function short(value) {
  const size = Math.abs(value);
  if (!size) return '0';
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return size < 1e-3 ? value.toExponential(1).replace('.0e', 'e') : String(Number(value.toPrecision(3)));
}

/** Multiples of 1, 2 or 5 times a power of ten, about so many. */
export function roundTicks(from, to, wanted) {
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((digit) => digit * power >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) ticks.push(i * step);
  return ticks;
}

function logTicks(from, to, wanted) {
  const ticks = [];
  const decades = Math.log10(to / from);
  const every = Math.ceil(decades / wanted);
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    for (const digit of decades > 2 ? [1] : [1, 2, 5]) {
      const value = digit * 10 ** power;
      if (power % every === 0 && value >= from && value <= to) ticks.push(value);
    }
  }
  return ticks.length > 1 ? ticks : roundTicks(from, to, wanted);
}

/** A scale of finite values: {place, ticks}, logarithmic where all are above 0 and they span a factor of ten. */
function scale(values, wanted, mayBeLog) {
  let [from, to] = [Math.min(...values), Math.max(...values)];
  const log = mayBeLog && from > 0 && to / from >= 10;
  if (log) {
    const room = (to / from) ** 0.04;
    [from, to] = [from / room, to * room];
    return { place: (value) => Math.log(value / from) / Math.log(to / from), ticks: logTicks(from, to, wanted) };
  }
  const room = to > from ? (to - from) * 0.04 : Math.abs(to) / 2 || 1;
  [from, to] = [from >= 0 ? Math.max(0, from - room) : from - room, to + room];
  return { place: (value) => (value - from) / (to - from), ticks: roundTicks(from, to, wanted) };
}

/**
 * Draws a chart into a figure. Series are {name, points: [[x, y], ...], look}; a y that is null is a gap. A guide is a
 * level, {name, at}; fromZero is for a quantity whose size matters more than its changes. A band, [[x, low, high], ...], is where the
 * quantity may lie.
 */
export function draw(figure, { title, unit, x, series, guides = [], band = [], fromZero }) {
  const width = Math.max(240, figure.clientWidth);
  const all = series.flatMap(({ points }) => points).filter(([, y]) => Number.isFinite(y));
  const svg = make('svg', { class: 'curve', role: 'img', viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT });
  svg.append(make('title', {}, all.length
    ? `${title}: now ${short(all.at(-1)[1])}, ${unit}, between ${short(Math.min(...all.map(([, y]) => y)))} and ${
      short(Math.max(...all.map(([, y]) => y)))} over ${x}`
    : `${title}: nothing yet`));
  svg.append(make('text', { class: 'heading', x: 0, y: 14 }, title));
  if (all.length) {
    // Where there is no room for both, the heading says enough; the title has both.
    if (HEADING * title.length + LETTER * unit.length < width) {
      svg.append(make('text', { x: width - MARGIN.right, y: 14, 'text-anchor': 'end' }, unit));
    }
    frame(svg, width, all, { x, guides, band, series, fromZero });
  } else {
    svg.append(make('text', { x: width / 2, y: HEIGHT / 2, 'text-anchor': 'middle' }, 'nothing yet'));
  }
  figure.replaceChildren(svg);
}

function frame(svg, width, all, { x: title, guides, band, series, fromZero }) {
  const across = scale(all.map(([x]) => x), Math.floor(width / 80), false);
  const up = scale([...all.map(([, y]) => y), ...guides.map(({ at }) => at), ...band.flatMap(([, low, high]) => [low, high]),
    ...(fromZero ? [0] : [])], 4, !band.length);
  const labels = up.ticks.map(short);
  const left = 8 + 7 * Math.max(...labels.map((label) => label.length));
  const [right, bottom] = [width - MARGIN.right, HEIGHT - MARGIN.bottom];
  const px = (value) => (left + (right - left) * across.place(value)).toFixed(1);
  const py = (value) => (bottom - (bottom - MARGIN.top) * up.place(value)).toFixed(1);
  up.ticks.forEach((tick, i) => {
    svg.append(make('line', { class: 'grid', x1: left, x2: right, y1: py(tick), y2: py(tick) }));
    svg.append(make('text', { x: left - 6, y: Number(py(tick)) + 4, 'text-anchor': 'end' }, labels[i]));
  });
  for (const tick of across.ticks) {
    const half = 3.6 * short(tick).length;
    svg.append(make('text', { x: Math.min(px(tick), width - half), y: bottom + 15, 'text-anchor': 'middle' }, short(tick)));
  }
  svg.append(make('text', { x: right, y: HEIGHT - 4, 'text-anchor': 'end' }, title));
  if (band.length > 1) {
    const edge = (points) => points.map(([x, y]) => `${px(x)} ${py(y)}`).join('L');
    svg.append(make('path', { class: 'band',
      d: `M${edge(band.map(([x, low]) => [x, low]))}L${edge(band.map(([x, , high]) => [x, high]).reverse())}Z` }));
  }
  for (const { name, at } of guides) {
    svg.append(make('line', { class: 'guide', x1: left, x2: right, y1: py(at), y2: py(at) }));
    svg.append(make('text', { x: right, y: Number(py(at)) - 4, 'text-anchor': 'end' }, name));
  }
  for (const { points, look } of series) {
    let path = '';
    let gap = true;
    for (const [x, y] of points) {
      if (Number.isFinite(y)) path += `${gap ? 'M' : 'L'}${px(x)} ${py(y)}`;
      gap = !Number.isFinite(y);
    }
    svg.append(make('path', { class: `line ${look || ''}`, d: path }));
    const shown = points.filter(([, y]) => Number.isFinite(y));
    if (shown.length === 1) svg.append(make('circle', { cx: px(shown[0][0]), cy: py(shown[0][1]), r: 3 }));
  }
}
