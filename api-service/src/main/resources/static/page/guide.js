// Shows the documentation that came with this server: #CHAPTER, or #CHAPTER/HEADING.
import { reach } from './api.js';
import { render } from './markdown.js';

const $ = (id) => document.getElementById(id);
const CHAPTERS = [['solvers', 'Solvers'], ['work-precision', 'Work and precision'], ['one-or-many', 'One or many'], ['experiments', 'Experiments'], ['one-or-many-measured', 'One or many, measured'], ['openai', 'OpenAI'], ['training', 'Training'], ['data', 'Data'],
  ['networks', 'Networks'], ['checkpoints', 'Checkpoints'], ['python', 'Python'], ['evaluation', 'Evaluation'], ['comparing', 'Comparing'],
  ['registry', 'Registry'], ['torchscript', 'TorchScript'], ['operations', 'Operations'], ['benchmarks', 'Benchmarks'], ['decisions', 'Decisions']];

let shown = '';

async function show() {
  const [chapter, heading] = location.hash.slice(1).split('/');
  const name = CHAPTERS.some(([known]) => known === chapter) ? chapter : 'solvers';
  if (name !== shown) await load(name);
  if (heading) document.getElementById(heading)?.scrollIntoView();
  else scrollTo(0, 0);
}

async function load(name) {
  shown = name;
  const title = CHAPTERS.find(([known]) => known === name)[1];
  document.title = `${title} · Pathline`;
  $('chapters').replaceChildren(...CHAPTERS.map(([chapter, text]) => {
    const item = document.createElement('li');
    const link = Object.assign(document.createElement('a'), { href: `#${chapter}`, textContent: text });
    if (chapter === name) link.setAttribute('aria-current', 'page');
    item.append(link);
    return item;
  }));
  try {
    const response = await reach(`docs/${name}.md`);
    if (!response.ok) throw new Error(`This server came without the chapter ${title}.`);
    $('guide').replaceChildren(render(await response.text(), link, (address) => `docs/${address}`));
  } catch (error) {
    $('guide').replaceChildren(Object.assign(document.createElement('p'), { className: 'problem', textContent: error.message }));
  }
}

/** Other chapters are here, the web is the web; files of the source are not served. */
function link(address) {
  if (/^https?:/.test(address)) return address;
  const [, name, heading] = /^(?:([\w-]+)\.md)?(?:#(.+))?$/.exec(address) || [];
  if (!name && !heading) return null;
  return `#${name || shown}${heading ? `/${heading}` : ''}`;
}

const theme = localStorage.getItem('pathline.theme');
if (theme) document.documentElement.dataset.theme = theme;
addEventListener('hashchange', show);
show();
