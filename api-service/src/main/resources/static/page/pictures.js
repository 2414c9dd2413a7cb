// The view of samples that are pictures: a canvas each.
import { imageAddress, reach } from './api.js';

const SCALES = [1, 4, 8];
const LARGE = 448; // pixels: a sheet of at least so many is large enough to look at elsewhere

export function pictureView({ count, shape: [, height, width] }, fileName) {
  const columns = Math.ceil(Math.sqrt(count));
  const canvases = Array.from({ length: count }, (_, index) => {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `image ${index + 1} of ${count}`);
    return canvas;
  });
  let finals = [];

  async function paint(index, blob) {
    const canvas = canvases[index];
    if (!canvas) return;
    // Pictures are decoded out of order; an older one must not be painted over a newer one.
    const turn = (canvas.turn = (canvas.turn || 0) + 1);
    const picture = await createImageBitmap(blob);
    if (canvas.turn === turn) blit(index, picture);
  }

  function blit(index, picture) {
    const canvas = canvases[index];
    canvas.turn = (canvas.turn || 0) + 1;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('2d').drawImage(picture, 0, 0);
  }

  const draw = (index, png) => paint(index, new Blob([Uint8Array.from(atob(png), (char) => char.charCodeAt(0))], { type: 'image/png' }));

  /** Some pictures on one sheet, every pixel a square of so many. */
  function sheet(pictures, scale) {
    const across = Math.ceil(Math.sqrt(pictures.length));
    const gap = pictures.length > 1 ? 2 * scale : 0;
    const [w, h] = [pictures[0].width * scale, pictures[0].height * scale];
    const canvas = document.createElement('canvas');
    canvas.width = across * (w + gap) - gap;
    canvas.height = Math.ceil(pictures.length / across) * (h + gap) - gap;
    const pen = canvas.getContext('2d');
    pen.imageSmoothingEnabled = false;
    pictures.forEach((picture, i) => pen.drawImage(picture, (i % across) * (w + gap), Math.floor(i / across) * (h + gap), w, h));
    return canvas;
  }

  const links = canvases.map((canvas) => {
    const link = document.createElement('a');
    link.append(canvas);
    return link;
  });
  const enough = SCALES.findIndex((scale) => scale * columns * width >= LARGE);
  return {
    elements: links,
    columns,
    ratio: `${width} / ${height}`,
    noun: 'image',
    read: ({ png }) => png,

    paint(frames, at) {
      const { images } = frames[at];
      if (images) images.forEach((png, index) => draw(index, png));
      else finals.forEach((final, index) => blit(index, final));
    },

    live(frames, newest) {
      newest.forEach((png, index) => draw(index, png));
    },

    /** What the server keeps; a picture that it no longer has stays as it was shown last. */
    async finish(id, answer, newest, scale) {
      await Promise.all(answer.images.map(async ({ index }) => {
        const address = imageAddress(id, index, 'png');
        const response = await reach(address);
        if (response.ok) await paint(index, await response.blob());
        else if (newest.has(index)) await draw(index, newest.get(index));
        const link = links[index];
        link.href = address;
        link.download = fileName(answer.seed, `${index}.png`);
        link.title = 'Download this image';
        link.addEventListener('click', (event) => {
          if (scale() === 1) return;
          event.preventDefault();
          sheet([finals[index]], scale()).toBlob((blob) => save(blob, link.download));
        });
      }));
      finals = canvases.map((canvas) => sheet([canvas], 1));
      return null;
    },

    thumbnail: () => sheet(finals.slice(0, 16), 1),

    files: SCALES.map((scale) => ({ name: scale === 1 ? 'As it is' : `${scale} times as large`, scale, extension: 'png',
      make: () => new Promise((resolve) => { sheet(finals, scale).toBlob(resolve); }) })),
    preferred: enough < 0 ? SCALES.length - 1 : enough,
  };
}

/** Gives a file to the browser to keep. */
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
