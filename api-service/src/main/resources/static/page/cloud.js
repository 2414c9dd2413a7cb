// Points of the plane on one canvas: where they are, and the way they came.

const REACH = 3.2; // of the plane, each way from the middle: three standard deviations of the noise and a little

/** Reads the numbers of a NumPy file of float32. */
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 10 + view.getUint16(8, true);
  return Array.from({ length: (bytes.byteLength - start) / 4 }, (_, i) => view.getFloat32(start + 4 * i, true));
}

/** Draws the last of some frames, each a map from a point's index to its coordinates, with trails through the others. */
export function drawCloud(canvas, frames) {
  const pen = canvas.getContext('2d');
  const style = getComputedStyle(canvas);
  const scale = canvas.width / (2 * REACH);
  const place = ([x, y]) => [canvas.width / 2 + scale * x, canvas.height / 2 - scale * y];
  pen.globalAlpha = 1;
  pen.fillStyle = style.getPropertyValue('--sunk');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = style.getPropertyValue('--soft');
  pen.fillStyle = style.getPropertyValue('--accent');
  for (const [index, point] of frames.at(-1) || []) {
    pen.globalAlpha = 0.3;
    pen.beginPath();
    for (const frame of frames) {
      if (frame.has(index)) pen.lineTo(...place(frame.get(index)));
    }
    pen.stroke();
    pen.globalAlpha = 0.85;
    pen.beginPath();
    pen.arc(...place(point), 4, 0, 2 * Math.PI);
    pen.fill();
  }
}
