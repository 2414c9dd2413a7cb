// The plane on a canvas: axes, the truth as shades and lines, points in the colours of their classes and the ways they came.
import { roundTicks } from './chart.js';

const LEAST = 3.2; // of the plane, each way: three standard deviations of noise and a little
const TRAILS = 120; // more ways than these are a tangle
const MARGIN = { left: 52, right: 12, top: 12, bottom: 40 };

export const COLOURS = 8;

/** The half width of the square that shows the truth, if it is known, and all but a hundredth of some points. */
export function reach(points, truth) {
  const far = [...points].map(([x, y]) => Math.max(Math.abs(x), Math.abs(y))).sort((a, b) => a - b);
  const most = far.length ? far[Math.floor(0.99 * (far.length - 1))] : 0;
  return Math.max(LEAST, 1.08 * most, ...(truth ? truth.box.flat().map(Math.abs) : []));
}

/**
 * Draws points.
 *
 * @param size of the square in CSS pixels
 * @param points a map from a point's index to its coordinates
 * @param trails lists of coordinates, the newest last
 * @param colourOf the number of a point's colour, by its index and coordinates; -1 for the page's own
 */
export function drawPlot(canvas, size, { points, trails, truth, colourOf, half }) {
  const scale = canvas.width / size;
  const pen = canvas.getContext('2d');
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.globalAlpha = 1;
  pen.fillStyle = colour('sunk');
  pen.fillRect(0, 0, size, size);
  const side = size - MARGIN.left - MARGIN.right;
  const px = (x) => MARGIN.left + (side * (x + half)) / (2 * half);
  const py = (y) => MARGIN.top + ((size - MARGIN.top - MARGIN.bottom) * (half - y)) / (2 * half);
  axes(pen, { size, half, px, py, colour });
  pen.save();
  pen.beginPath();
  pen.rect(px(-half), py(half), px(half) - px(-half), py(-half) - py(half));
  pen.clip();
  if (truth) shade(pen, truth, { px, py, ink: colour('ink') });
  const radius = points.size > 600 ? 1.7 : points.size > 150 ? 2.3 : 3.6;
  pen.lineWidth = 1;
  pen.strokeStyle = colour('soft');
  pen.globalAlpha = trails.length > 40 ? 0.22 : 0.35;
  for (const trail of trails.slice(0, TRAILS)) {
    pen.beginPath();
    for (const [x, y] of trail) pen.lineTo(px(x), py(y));
    pen.stroke();
  }
  pen.globalAlpha = points.size > 150 ? 0.75 : 0.9;
  for (const [index, [x, y]] of points) {
    const number = colourOf(index, x, y);
    pen.fillStyle = colour(number < 0 ? 'accent' : `class-${number % COLOURS}`);
    pen.beginPath();
    pen.arc(px(x), py(y), radius, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.restore();
  if (truth) outline(pen, truth, { px, py, half, ink: colour('ink') });
}

function axes(pen, { size, half, px, py, colour }) {
  const ticks = roundTicks(-half, half, 6);
  pen.font = '12px system-ui, sans-serif';
  pen.lineWidth = 1;
  for (const tick of ticks) {
    pen.strokeStyle = colour(Math.abs(tick) < 1e-9 ? 'axis' : 'line');
    pen.beginPath();
    pen.moveTo(px(tick), py(half));
    pen.lineTo(px(tick), py(-half));
    pen.moveTo(px(-half), py(tick));
    pen.lineTo(px(half), py(tick));
    pen.stroke();
    pen.fillStyle = colour('soft');
    const text = String(Number(tick.toPrecision(6)));
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    pen.fillText(text, px(tick), py(-half) + 6);
    pen.textAlign = 'right';
    pen.textBaseline = 'middle';
    pen.fillText(text, px(-half) - 6, py(tick));
  }
  pen.textAlign = 'center';
  pen.textBaseline = 'bottom';
  pen.fillText('first number', (px(-half) + px(half)) / 2, size - 3);
  pen.save();
  pen.translate(4, (py(-half) + py(half)) / 2);
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = 'top';
  pen.fillText('second number', 0, 0);
  pen.restore();
}

function shade(pen, truth, { px, py, ink }) {
  const { box: [[left, right], [low, high]] } = truth;
  if (truth.shades?.ink !== ink) truth.shades = { ink, picture: shades(truth, ink) };
  pen.imageSmoothingEnabled = true;
  pen.globalAlpha = 1;
  pen.drawImage(truth.shades.picture, px(left), py(high), px(right) - px(left), py(low) - py(high));
}

function shades({ grid, most }, ink) {
  const cells = grid.length;
  const picture = new OffscreenCanvas(cells, cells);
  const pen = picture.getContext('2d');
  pen.fillStyle = ink;
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      pen.globalAlpha = (0.2 * grid[j][i]) / most;
      pen.fillRect(i, cells - 1 - j, 1, 1);
    }
  }
  return picture;
}

/** Above the points, or a thousand of them would hide what they are held against. */
function outline(pen, { contours }, { px, py, ink }) {
  pen.strokeStyle = ink;
  contours.forEach((segments, i) => {
    pen.globalAlpha = [0.85, 0.7, 0.5][i];
    pen.lineWidth = [1.5, 1.3, 1][i];
    pen.beginPath();
    for (const [x1, y1, x2, y2] of segments) {
      pen.moveTo(px(x1), py(y1));
      pen.lineTo(px(x2), py(y2));
    }
    pen.stroke();
  });
  pen.globalAlpha = 1;
}
