// The way of some samples from noise to their end: what was told of each step, painted as it comes and whenever it is asked for.

export class Film {
  frames = []; // {at, text, images}: step 0 is the noise; images by index, null for what was finished
  newest = new Map(); // of each sample, what was shown last
  share = 0; // of the work that is done
  #steps = new Map(); // of each sample, the step that it has done
  #changed = new Map(); // since the last painting

  /** @param view what paints pictures or points */
  constructor(view, { count, steps, shape }) {
    this.view = view;
    this.count = count;
    this.steps = steps;
    this.points = shape.length === 1;
  }

  /** Takes an event; several may tell of one step, each with some of the samples. */
  take({ step: at, steps: all, images }) {
    for (const image of images) {
      const value = this.view.read(image);
      this.#frame(at, all).images.set(image.index, value);
      this.newest.set(image.index, value);
      this.#steps.set(image.index, at);
      if (!this.#changed.size) requestAnimationFrame(() => this.#paint());
      this.#changed.set(image.index, value);
    }
    const done = [...this.#steps.values()].reduce((sum, each) => sum + each, 0) / this.count;
    this.share = Math.max(this.share, done / all, images.length ? 0 : at / all);
  }

  /** How many samples have done all steps. */
  finished(all) {
    return [...this.#steps.values()].filter((each) => each === all).length;
  }

  /** Ends with what the server keeps, and shows it. */
  async end(id, answer, scale) {
    this.#paint();
    this.share = 1;
    const images = await this.view.finish(id, answer, this.newest, scale);
    // The last step ends at what is finished: one picture of it is enough.
    this.frames = this.frames.filter(({ at }) => at < this.steps);
    this.frames.push({ at: this.steps, text: 'finished', images });
    this.show(this.frames.length - 1);
  }

  /** Shows a frame by its place. */
  show(place) {
    this.view.paint(this.frames, place);
  }

  /** The place of what was reached at a share of the way. */
  placeAt(share) {
    // A third of the way of 20 steps is step 6, however the third was rounded.
    return Math.max(0, this.frames.findLastIndex(({ at }) => at <= share * this.steps + 1e-6));
  }

  #frame(at, all) {
    let found = this.frames.find((candidate) => candidate.at === at);
    if (!found) {
      found = { at, text: at === 0 ? 'noise' : `step ${at} of ${all}`, images: new Map() };
      this.frames.push(found);
      this.frames.sort((a, b) => a.at - b.at);
    }
    return found;
  }

  /** Steps may come faster than the screen shows them: what is painted is the newest of each sample. */
  #paint() {
    if (!this.#changed.size) return;
    this.view.live(this.frames, this.points ? this.newest : this.#changed);
    this.#changed = new Map();
  }
}
