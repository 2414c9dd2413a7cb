// The still picture of an idle stage: points of noise on the left, carried along pathlines to two clusters on the right.

export function drawFlow(canvas) {
  const scale = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width) return;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const from = style.getPropertyValue('--soft');
  const to = style.getPropertyValue('--accent');
  const left = 14;
  const right = width - 14;
  const y = (value) => height / 2 + value * height * 0.17;
  const ink = pen.createLinearGradient(left, 0, right, 0);
  ink.addColorStop(0, from);
  ink.addColorStop(1, to);
  const lines = 46;
  for (let i = 0; i < lines; i++) {
    // Quantiles of a normal distribution, so the lines are dense in the middle as noise is.
    const start = quantile((i + 0.5) / lines);
    const path = trace(start);
    pen.beginPath();
    path.forEach((value, k) => pen.lineTo(left + ((right - left) * k) / (path.length - 1), y(value)));
    pen.strokeStyle = ink;
    pen.globalAlpha = 0.34;
    pen.lineWidth = 1.2;
    pen.stroke();
    pen.globalAlpha = 0.9;
    dot(pen, left, y(start), 1.6, from);
    dot(pen, right, y(path.at(-1)), 2, to);
  }
}

/** Euler's method on the velocity of x_t = (1 - t) x_0 + t eps, where x_0 is 1.5 or -1.5, with a little spread. */
function trace(start) {
  const steps = 90;
  const path = [start];
  let x = start;
  for (let k = 0; k < steps; k++) {
    const t = 1 - k / steps;
    const alpha = 1 - t;
    const variance = t * t + alpha * alpha * 0.03;
    const mean = 1.5 * Math.tanh((alpha * 1.5 * x) / variance);
    const data = mean + ((alpha * 0.03) / variance) * (x - alpha * mean);
    x -= ((x - data) / t) / steps;
    path.push(x);
  }
  return path;
}

function quantile(p) {
  // Good to a few thousandths, which is less than a pixel here.
  const a = 0.147;
  const z = 2 * p - 1;
  const log = Math.log(1 - z * z);
  const part = 2 / (Math.PI * a) + log / 2;
  return Math.SQRT2 * Math.sign(z) * Math.sqrt(Math.sqrt(part * part - log / a) - part);
}

function dot(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
