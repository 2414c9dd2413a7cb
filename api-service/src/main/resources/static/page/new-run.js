// A new training run: its specification, from one of the presets or by hand.
import { Problem, mistakes, reach } from './api.js';
import * as runs from './runs.js';

const $ = (id) => document.getElementById(id);
const PRESETS = [
  { file: 'clothes', title: 'Clothes', about: 'Fashion-MNIST: 28x28 pictures in ten classes. Some minutes; needs the Debian package dataset-fashion-mnist.' },
  { file: 'points', title: 'Points of the plane', about: 'Three clouds whose truth is known, so that what was learned can be checked. A minute or two; needs no data.' },
  { file: 'pictures', title: 'Pictures of your own', about: 'A folder of PNG and JPEG files for each class. An hour and more, by their size and number.' },
];

const texts = new Map(); // of the presets, as they were fetched
let begun = () => {};

export function setup(onBegin) {
  begun = onBegin;
  $('presets').replaceChildren(...PRESETS.map(({ file, title, about }) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.file = file;
    button.append(Object.assign(document.createElement('b'), { textContent: title }),
      Object.assign(document.createElement('span'), { textContent: about }));
    button.addEventListener('click', () => use(file, true));
    item.append(button);
    return item;
  }));
  $('spec').addEventListener('input', () => { show([]); mark(); });
  $('spec-form').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
}

/** The view is seen: an empty editor gets the first preset. */
export function open() {
  if (!$('spec').value.trim()) use(PRESETS[0].file, false);
}

async function use(file, asked) {
  const mine = $('spec').value.trim();
  const untouched = !mine || [...texts.values()].some((text) => text.trim() === mine);
  if (asked && !untouched && !confirm('Replace what you have written by this preset?')) return;
  try {
    if (!texts.has(file)) {
      const response = await reach(`page/presets/${file}.yaml`);
      if (!response.ok) throw new Problem('The preset is not there.');
      texts.set(file, await response.text());
    }
    $('spec').value = texts.get(file);
    $('spec').scrollTop = 0;
    show([]);
    mark();
    if (asked) $('spec').focus({ preventScroll: true });
  } catch (error) {
    show(mistakes(error));
  }
}

/** Which preset it is, while nothing of it was changed. */
function mark() {
  for (const button of $('presets').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String($('spec').value === texts.get(button.dataset.file)));
  }
}

async function submit() {
  show([]);
  $('spec-start').disabled = true;
  try {
    begun(await runs.start($('spec').value));
  } catch (error) {
    show(mistakes(error));
    $('spec').focus();
  } finally {
    $('spec-start').disabled = false;
  }
}

function show(all) {
  $('spec-wrong').replaceChildren(...all.map((mistake) => Object.assign(document.createElement('li'), { textContent: mistake })));
  $('spec').toggleAttribute('aria-invalid', all.length > 0);
  if (all.length) $('spec').setAttribute('aria-invalid', 'true');
}
