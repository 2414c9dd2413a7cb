// Pictures of this browser, with what made them: a bounded list in localStorage.
import { plural } from './words.js';

const $ = (id) => document.getElementById(id);
const KEY = 'pathline.gallery.1';
const MOST = 24;

let items = load();

export function setup(onChoose) {
  $('gallery-clear').addEventListener('click', () => { items = []; save(); show(); });
  $('gallery-list').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const index = Number(button.dataset.index);
    if (button.classList.contains('forget')) {
      items.splice(index, 1);
      save();
      show();
    } else {
      onChoose(items[index]);
    }
  });
  show();
}

export function add(item) {
  items = [item, ...items.filter((other) => other.picture !== item.picture)].slice(0, MOST);
  save();
  show();
}

export function show() {
  $('gallery').hidden = items.length === 0 || $('generate-section').hidden;
  $('gallery-list').replaceChildren(...items.map((item, index) => {
    const row = document.createElement('li');
    const reuse = document.createElement('button');
    reuse.type = 'button';
    reuse.dataset.index = index;
    const picture = new Image();
    picture.src = item.picture;
    picture.alt = '';
    const title = document.createElement('b');
    title.textContent = item.label || item.model;
    const facts = document.createElement('small');
    facts.textContent = `seed ${item.seed}, ${plural(item.steps, 'step')}, ${item.solver}`;
    reuse.append(picture, title, facts);
    const forget = document.createElement('button');
    forget.type = 'button';
    forget.className = 'forget';
    forget.dataset.index = index;
    forget.textContent = '×';
    forget.setAttribute('aria-label', `Forget ${title.textContent}, seed ${item.seed}`);
    row.append(reuse, forget);
    return row;
  }));
}

function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) || '[]');
    return Array.isArray(stored) ? stored.filter((item) => /^data:image\/png;/.test(item?.picture)).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** A full storage loses the oldest; no storage at all means a gallery until the page is left. */
function save() {
  for (let most = items.length; most >= 0; most--) {
    try {
      localStorage.setItem(KEY, JSON.stringify(items.slice(0, most)));
      return;
    } catch {
      // one fewer
    }
  }
}
