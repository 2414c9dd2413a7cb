// A mixture of Gaussians of the plane whose truth is known: its density, and the lines that hold a share of it.

/** The shares of the mixture that hold inside the lines that are drawn. */
export const MASSES = [0.5, 0.9, 0.99];

const CELLS = 150; // a side of the grid on which lines and shades are found
const WIDE = 3.7; // standard deviations beyond which there is nothing to see

/**
 * The truth of a class, or of the whole where the class is null.
 *
 * @param known {components, shares} as the server gives it
 */
export function truth({ components, shares }, label) {
  const share = label === null ? shares.at(-1) : shares[label];
  const parts = components.map(({ mean, std }, k) => ({ mean, variance: std * std, std, share: share[k] }));
  const density = (x, y) => parts.reduce((sum, part) => sum + likelihood(part, x, y), 0);
  const seen = parts.filter((part) => part.share > 0.001);
  const box = [0, 1].map((d) => [Math.min(...seen.map(({ mean, std }) => mean[d] - WIDE * std)),
    Math.max(...seen.map(({ mean, std }) => mean[d] + WIDE * std))]);
  return { density, box, ...lines(density, box), classOf: (x, y) => classOf(parts, shares, x, y) };
}

function likelihood({ mean, variance, share }, x, y) {
  const distance = (x - mean[0]) ** 2 + (y - mean[1]) ** 2;
  return (share * Math.exp(-distance / (2 * variance))) / (2 * Math.PI * variance);
}

/** The class that has most of the component that a point is most likely from. */
function classOf(parts, shares, x, y) {
  const values = parts.map((part) => likelihood(part, x, y));
  const component = values.indexOf(Math.max(...values));
  const owners = shares.slice(0, -1).map((row) => row[component]);
  return owners.indexOf(Math.max(...owners));
}

/** Values on a grid, the levels that hold the masses, and for each its line as segments [x1, y1, x2, y2]. */
function lines(density, [[left, right], [low, high]]) {
  const xs = Array.from({ length: CELLS + 1 }, (_, i) => left + ((right - left) * i) / CELLS);
  const ys = Array.from({ length: CELLS + 1 }, (_, j) => low + ((high - low) * j) / CELLS);
  const grid = ys.map((y) => xs.map((x) => density(x, y)));
  const sorted = grid.flat().sort((a, b) => b - a);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const levels = MASSES.map((mass) => {
    let inside = 0;
    return sorted.find((value) => (inside += value) >= mass * total);
  });
  return { grid, most: sorted[0], levels, contours: levels.map((level) => contour(grid, xs, ys, level)) };
}

/** Marching squares: where the sides of each cell pass the level, joined in pairs. */
function contour(grid, xs, ys, level) {
  const segments = [];
  const between = (from, to, a, b) => from + ((to - from) * (level - a)) / (b - a);
  for (let j = 0; j < ys.length - 1; j++) {
    for (let i = 0; i < xs.length - 1; i++) {
      const [a, b, c, d] = [grid[j][i], grid[j][i + 1], grid[j + 1][i + 1], grid[j + 1][i]];
      const crossings = [];
      if (a > level !== b > level) crossings.push([between(xs[i], xs[i + 1], a, b), ys[j]]);
      if (b > level !== c > level) crossings.push([xs[i + 1], between(ys[j], ys[j + 1], b, c)]);
      if (d > level !== c > level) crossings.push([between(xs[i], xs[i + 1], d, c), ys[j + 1]]);
      if (a > level !== d > level) crossings.push([xs[i], between(ys[j], ys[j + 1], a, d)]);
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([...crossings[k], ...crossings[k + 1]]);
    }
  }
  return segments;
}
