// A column of a comparison: its settings, and what becomes of them.
import { Problem, abandon, cancelJob, follow, submit } from './api.js';
import { Film } from './film.js';
import { pictureView } from './pictures.js';
import { isKeyed } from './key.js';
import { pointsView } from './points.js';
import { program } from './programs.js';
import { MOST_STEPS, guidanceRange, isNumber, kindOf, numberWanted, preview, readTimes, stepsOf } from './request.js';
import * as solverList from './solvers.js';
import { plural, sentence } from './words.js';

const FIELDS = ['model', 'solver', 'steps', 'cfgScale', 'timeGrid', 'times'];
const WHERE_IT_SUITS = ''; // the time grid that the card or the solver recommends

let made = 0;

export class Column {
  #parts = {};
  #card = null;
  #className = ''; // the class that is asked for, shared by all columns
  #running = null; // {abort, id, cancelled}
  #busy = false;
  film = null; // of what was made last, when it is finished

  /** @param known what there is: cards by the name that chooses them, and solvers by name */
  constructor(known, { changed, removed, said }) {
    this.known = known;
    this.said = said;
    made += 1;
    this.element = document.getElementById('column').content.firstElementChild.cloneNode(true);
    for (const part of this.element.querySelectorAll('[data-part]')) {
      const name = part.dataset.part;
      part.id = `column-${made}-${name}`;
      this.#parts[name] = part;
    }
    for (const name of FIELDS) {
      this.element.querySelector(`[data-for="${name}"]`).htmlFor = this.#parts[name].id;
      this.#parts[name].addEventListener('input', () => { this.#mark(name, ''); });
      this.#parts[name].addEventListener('change', () => {
        if (name === 'model') this.#useModel();
        if (name === 'solver') this.#useSolver(this.#parts.timeGrid.value);
        this.#useTimes();
        this.#name();
        changed();
      });
    }
    this.element.setAttribute('aria-labelledby', this.#parts.title.id);
    this.#parts.remove.addEventListener('click', () => removed(this));
    this.#parts.curl.addEventListener('click', () => this.#copy());
  }

  get card() {
    return this.#card;
  }

  /** The settings as texts, as they are linked to. */
  get settings() {
    const value = (name) => this.#parts[name].value;
    return { model: value('model'), solver: value('solver') || undefined, steps: value('steps'),
      cfgScale: this.#parts.guidance.hidden ? undefined : value('cfgScale'),
      timeGrid: value('timeGrid') === WHERE_IT_SUITS ? undefined : value('timeGrid'), times: value('times').trim() || undefined };
  }

  /** Takes settings; what is left out is what the model recommends. */
  set settings({ model, solver, steps, cfgScale, timeGrid, times }) {
    this.offer();
    const { model: list } = this.#parts;
    if (model && ![...list.options].some(({ value }) => value === model)) list.append(new Option(`${model} (not here)`, model));
    if (model) list.value = model;
    this.#useModel();
    if (solver && this.#card?.solvers.includes(solver)) this.#parts.solver.value = solver;
    if (steps !== undefined) this.#parts.steps.value = steps;
    if (cfgScale !== undefined) this.#parts.cfgScale.value = cfgScale;
    if (times !== undefined) this.#parts.times.value = times;
    this.#useSolver(timeGrid ?? WHERE_IT_SUITS);
    this.#useTimes();
    this.#name();
  }

  /** The models as they are now; what is chosen stays chosen. */
  offer() {
    const { model: list } = this.#parts;
    const chosen = list.value;
    const names = [...this.known.cards.keys()];
    const extra = chosen && !this.known.cards.has(chosen) ? [new Option(`${chosen} (not here)`, chosen)] : [];
    list.replaceChildren(...names.map((name) => new Option(name, name)), ...extra);
    if (chosen) list.value = chosen;
    const card = this.known.cards.get(list.value) ?? null;
    if (card?.version !== this.#card?.version || card?.name !== this.#card?.name) this.#useModel();
  }

  /** The class that all columns are asked for, by its name; an empty one for none. */
  set className(name) {
    this.#className = name;
    this.#parts.guidance.hidden = !this.#scales();
    this.#name();
  }

  set removable(may) {
    this.#parts.remove.disabled = !may;
  }

  set busy(is) {
    this.#busy = is;
    for (const name of [...FIELDS, 'curl']) this.#parts[name].disabled = is;
    this.#useTimes();
  }

  get title() {
    return this.#parts.title.textContent;
  }

  focus() {
    this.#parts.model.focus();
  }

  /** Returns what is sent, or null if something is wrong, which is then marked. */
  read(shared) {
    for (const name of FIELDS) this.#mark(name, '');
    const { model, solver, steps, cfgScale, timeGrid, times } = this.#parts;
    const card = this.#card;
    if (!card) {
      this.#mark('model', model.value ? `There is no model ${model.value} here.` : 'There is no model here yet.');
      return null;
    }
    const given = times.value.trim() && readTimes(times.value);
    if (given === null) this.#mark('times', 'Decreasing numbers from 0 on, where the steps start: 1, 0.8.');
    if (!given && !isNumber(steps.value, 1, MOST_STEPS, true)) this.#mark('steps', numberWanted(1, MOST_STEPS, true));
    const scales = this.#scales();
    if (scales && !isNumber(cfgScale.value, ...scales, false)) this.#mark('cfgScale', numberWanted(...scales, false));
    const label = this.#label();
    if (card.classes.length && label === undefined && this.#className) this.#mark('model', `It has no class ${this.#className}.`);
    else if (card.classes.length && label === undefined && !card.nullClass) this.#mark('model', 'It needs a class.');
    if (this.element.querySelector('[aria-invalid="true"]')) return null;
    const request = { model: model.value, count: shared.count, solver: solver.value, seed: shared.seed };
    // Times are instead of steps and a grid.
    if (given) request.times = given;
    else request.steps = Number(steps.value);
    if (!given && timeGrid.value !== WHERE_IT_SUITS) request.timeGrid = timeGrid.value;
    // By its index: a name that is a number would be read as one.
    if (label !== undefined) request.label = label;
    if (scales) request.cfgScale = Number(cfgScale.value);
    return { ...request, preview: preview(request, card, shared.watch) };
  }

  /** Asks for it and shows it on its way, up to its end. */
  async run(request, beside) {
    const mine = { abort: new AbortController(), id: null, cancelled: false };
    const film = this.#begin(request);
    this.#running = mine;
    try {
      const { id, body } = await submit(request);
      mine.id = id;
      if (mine.cancelled) await this.#stop(mine);
      for await (const { type, data } of follow(id, mine.abort.signal, body)) {
        if (type === 'queued') this.#status(data.position > 1 ? `Waiting: ${plural(data.position - 1, 'job')} before this one …` : 'Waiting for its turn …');
        else if (type === 'started') this.#status('Starting …');
        else if (type === 'lost') this.#status('The connection was lost. Connecting again …');
        else if (type === 'found') this.#status('Connected again …');
        else if (type === 'step') this.#step(film, data);
        else if (type === 'succeeded') await this.#succeed(film, id, data, beside);
        else if (type === 'failed') throw new Problem(data.error.message);
        else if (type === 'cancelled') this.#status('Cancelled.');
        else if (type === 'expired') throw new Problem('The job was not finished in time.');
      }
    } catch (error) {
      if (mine.abort.signal.aborted) this.#status('Cancelled.');
      else this.#refuse(error);
    } finally {
      this.#running = null;
    }
  }

  /** Nothing of it was begun, because all was cancelled. */
  rest() {
    this.#status('');
  }

  cancel() {
    const mine = this.#running;
    if (!mine || mine.cancelled) return;
    mine.cancelled = true;
    this.#status('Cancelling …');
    if (mine.id) this.#stop(mine);
  }

  /** The page goes: what runs is looked at by nobody. */
  abandon() {
    if (this.#running?.id) abandon(this.#running.id);
  }

  /** Shows what was reached at a share of the way, and returns it in words. */
  showAt(share) {
    const place = this.film.placeAt(share);
    this.film.show(place);
    const { text } = this.film.frames[place];
    this.#parts.at.textContent = text;
    return text;
  }

  #label() {
    const wanted = this.#className.toLowerCase();
    const index = wanted ? (this.#card?.classes ?? []).findIndex((name) => name.toLowerCase() === wanted) : -1;
    return index < 0 ? undefined : index;
  }

  #scales() {
    return this.#card ? guidanceRange(this.#card, this.#label() !== undefined) : undefined;
  }

  #useModel() {
    this.#card = this.known.cards.get(this.#parts.model.value) ?? null;
    const card = this.#card;
    if (!card) return;
    const { solver, steps, cfgScale } = this.#parts;
    solver.replaceChildren(...solverList.groups(card.solvers.map((name) => this.known.solvers.get(name)).filter(Boolean), card.defaults.solver));
    solver.value = card.defaults.solver;
    steps.value = card.defaults.steps;
    this.#parts.times.value = '';
    cfgScale.value = card.defaults.cfgScale;
    this.#useSolver(WHERE_IT_SUITS);
    this.className = this.#className;
  }

  #useSolver(grid) {
    const grids = this.known.solvers.get(this.#parts.solver.value)?.timeGrids ?? [];
    this.#parts.timeGrid.replaceChildren(new Option('its own', WHERE_IT_SUITS), ...grids.map((name) => new Option(name, name)));
    this.#parts.timeGrid.value = grids.includes(grid) ? grid : WHERE_IT_SUITS;
  }

  /** Where times are given, nobody asks for steps and a grid. */
  #useTimes() {
    const { steps, timeGrid, times, solver } = this.#parts;
    const given = times.value.trim() && readTimes(times.value);
    if (given) steps.value = given.length;
    steps.disabled = timeGrid.disabled = this.#busy || Boolean(given);
    const { defaults } = this.#card ?? {};
    const own = defaults?.times && solver.value === defaults.solver && Number(steps.value) === defaults.times.length
      && timeGrid.value === WHERE_IT_SUITS;
    times.placeholder = own ? defaults.times.join(', ') : 'as grid';
  }

  #name() {
    const { model, steps, title, remove, curl: copy } = this.#parts;
    title.textContent = `${model.value || 'No model'}, ${plural(Number(steps.value) || 0, 'step')}`;
    remove.setAttribute('aria-label', `Remove ${title.textContent}`);
    copy.setAttribute('aria-label', `Copy ${title.textContent} as curl`);
  }

  #begin(request) {
    const card = this.#card;
    const settings = { ...request, steps: stepsOf(request), labelIndex: request.label ?? null, label: card.classes[request.label], classes: card.classes,
      shape: card.shape, reference: `${card.name}@${card.version}` };
    const points = kindOf(card) === 'point';
    const view = points ? pointsView(settings) : pictureView(settings, (seed, ending) => `${request.model}-${stepsOf(request)}-${seed}-${ending}`);
    const { images, problem, facts, at } = this.#parts;
    images.classList.toggle('points', points);
    images.style.setProperty('--columns', view.columns ?? 1);
    images.style.setProperty('--ratio', view.ratio ?? 1);
    images.replaceChildren(...view.elements);
    problem.hidden = true;
    facts.textContent = '';
    at.textContent = '';
    this.film = null;
    this.#progress(0);
    this.#status('Sending the request …');
    return new Film(view, settings);
  }

  #step(film, data) {
    film.take(data);
    this.#progress(film.share);
    this.#status(data.step === 0 ? 'Noise' : `Step ${data.step} of ${data.steps}`, false);
  }

  async #succeed(film, id, answer, beside) {
    await film.end(id, answer, () => 1);
    this.film = film;
    this.#progress(1);
    const noun = film.view.noun === 'image' ? 'an image' : 'a point';
    const cost = `${plural(answer.nfe, 'evaluation')} ${noun} · ${Math.round(answer.timings.runningMs).toLocaleString('en')} ms`;
    this.#parts.facts.textContent = cost + (beside ? ' beside the others' : '');
    this.#parts.at.textContent = film.frames.at(-1).text;
    this.#status('');
    this.said(`${this.title}: ${cost}`);
  }

  #refuse(error) {
    this.#progress(0);
    this.#status('');
    const elsewhere = [];
    for (const { field, message } of error.fields ?? []) {
      if (FIELDS.includes(field)) this.#mark(field, sentence(message));
      else elsewhere.push(message);
    }
    const problem = elsewhere.length ? sentence(elsewhere.join('; ')) : error.fields?.length ? ''
      : error instanceof Problem ? error.message : `Something went wrong on this page: ${error.message}`;
    this.#parts.problem.textContent = problem;
    this.#parts.problem.hidden = !problem;
  }

  async #stop({ id, abort }) {
    try {
      const { state } = await cancelJob(id);
      // One that was done before the word came shows what it made.
      if (state !== 'succeeded') abort.abort();
    } catch (error) {
      abort.abort();
      this.#refuse(new Problem(`${error.message} The job may go on.`));
    }
  }

  async #copy() {
    const request = this.read(this.known.shared());
    if (!request) {
      this.element.querySelector('[aria-invalid="true"]').focus();
      return;
    }
    await this.known.copy(program('curl', request, this.#card, new URL('.', location.href.split('#')[0]).href, isKeyed()),
      this.#parts.curl);
  }

  #status(text, said = true) {
    this.#parts.status.textContent = text;
    if (said && text) this.said(`${this.title}: ${text}`);
  }

  #progress(share) {
    this.#parts.bar.setAttribute('aria-valuenow', Math.round(share * 100));
    this.#parts.bar.firstElementChild.style.width = `${share * 100}%`;
  }

  #mark(name, message) {
    const field = this.#parts[name];
    const text = this.#parts[`${name}-wrong`];
    text.textContent = message;
    if (message) {
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', text.id);
    } else {
      field.removeAttribute('aria-invalid');
    }
  }
}
