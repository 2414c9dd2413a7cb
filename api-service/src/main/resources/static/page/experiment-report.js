// What is known of an experiment: its verdict, how intervals shrink with the units, the arms side by side, its design and audit.
import { draw, short } from './chart.js';
import { make, table } from './dom.js';
import { metricName, settings } from './experiment-data.js';
import { plural } from './words.js';

const $ = (id) => document.getElementById(id);
const NONE = '–';

let known = { experiment: null, report: null };
let said = ''; // what is shown, as JSON

new ResizeObserver(() => chart()).observe($('intervals'));

export function open() {
  chart();
}

export function clear() {
  known = { experiment: null, report: null };
  said = '';
  for (const id of ['verdicts', 'intervals', 'report-tables', 'experiment-design']) $(id).replaceChildren();
  $('experiment-units').textContent = '';
}

/** @param report what is known, or null before the first start */
export function show(experiment, report) {
  // Of what is as it was nothing is made anew: a reader keeps the place, and a selection stays.
  const told = JSON.stringify([experiment, { ...report, at: '' }]);
  if (told === said) return;
  said = told;
  known = { experiment, report };
  $('verdicts').replaceChildren(...(report?.verdict ?? []).map((sentence) => make('li', {}, sentence)));
  $('experiment-units').textContent = report ? progress(experiment, report) : `A draft: ${plural(experiment.planned, 'unit')} are planned.`;
  chart();
  ask(experiment);
  keepScrolled($('report-tables'), report ? [metrics(report), ...votes(report)] : []);
  keepScrolled($('experiment-design'), [design(experiment), audit(experiment)]);
}

/** How requests become part of it, while nothing has come. */
function ask({ name, state, unit, alias }) {
  $('ask-field').hidden = state !== 'running' || !known.report || known.report.arms.some(({ units }) => units > 0);
  const body = { ...(alias ? { model: alias } : { experiment: name }), ...(unit === 'subject' ? { subject: 'user-17' } : {}) };
  const server = location.href.replace(/[^/]*(#.*)?$/, '');
  $('ask').textContent = `curl -i -X POST ${server}generate -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
}

/** Tables are made anew while they are read: the keyboard and how far they are scrolled stay. */
function keepScrolled(parent, tables) {
  const before = [...parent.children].map(({ scrollLeft }) => scrollLeft);
  const focused = [...parent.children].indexOf(document.activeElement);
  parent.replaceChildren(...tables);
  tables.forEach((each, i) => { each.scrollLeft = before[i] ?? 0; });
  if (focused >= 0) tables[focused]?.focus({ preventScroll: true });
}

function progress(experiment, report) {
  const split = experiment.mode === 'split';
  const units = split ? report.arms.reduce((sum, arm) => sum + arm.units, 0) : report.arms[0].units;
  const ratio = report.sampleRatio && units ? `; the arms' shares are ${report.sampleRatio.alarm ? 'NOT ' : ''}as they were asked for (p = ${
    Number(report.sampleRatio.pValue.toPrecision(2))})` : '';
  return `${report.experiment} is ${report.state}: ${plural(units, 'unit')} in ${split ? plural(report.arms.length, 'arm') : 'every arm'}, ${
    experiment.planned.toLocaleString('en')} planned${ratio}.`;
}

/** The goal's difference over the units, an arm a chart. */
function chart() {
  const { experiment, report } = known;
  if (!report || !$('intervals').clientWidth) return;
  const treatments = report.arms.filter(({ control }) => !control);
  const figures = treatments.map((arm, i) => {
    const now = report.comparisons.find((each) => each.arm === arm.arm && each.metric === report.goal);
    const looks = report.history.filter((look) => look.arm === arm.arm);
    if (now && now.units > (looks.at(-1)?.units ?? 0)) looks.push(now);
    const figure = $('intervals').children[i] ?? make('figure');
    if (!figure.parentElement) $('intervals').append(figure);
    draw(figure, { title: `${metricName(report.goal)}: ${arm.arm} less ${report.arms[0].arm}`, unit: 'with an interval that holds at any look',
      x: 'units', series: [{ points: looks.map(({ units, difference }) => [units, difference.value]) }],
      band: looks.map(({ units, difference }) => [units, difference.low, difference.high]),
      guides: [{ name: 'no difference', at: 0 }, { name: 'matters', at: experiment.goal.difference }, { name: 'matters', at: -experiment.goal.difference }]
        .filter(({ at }) => at === 0 || near(at, looks)) });
    return figure;
  });
  $('intervals').replaceChildren(...figures);
}

/** A level that is far from everything else would make a line of all that matters, and one beside 0 would be written over it. */
function near(level, looks) {
  const spans = (some) => Math.max(0, ...some.flatMap(({ difference }) => [difference.low, difference.high]).map(Math.abs));
  return Math.abs(level) <= 3 * spans(looks.slice(-1)) && Math.abs(level) >= 0.15 * spans(looks);
}

const range = ({ low, high }) => `${short(low)} to ${short(high)}`;

function cell(value, interval) {
  return make('span', {}, value, ...(interval ? [make('small', {}, interval)] : []));
}

function metrics(report) {
  const names = [...new Set([report.goal, ...report.arms.flatMap((arm) => Object.keys(arm.metrics))])];
  const treatments = report.arms.filter(({ control }) => !control);
  const heads = ['Measured', ...report.arms.map((arm) => arm.arm + (arm.control ? ' (control)' : '')), ...treatments.map(({ arm }) => `${arm} less control`)];
  const rows = [['Units', ...report.arms.map(({ units }) => units.toLocaleString('en')), ...treatments.map(() => '')],
    ['Jobs', ...report.arms.map(jobs), ...treatments.map(() => '')]];
  for (const metric of names) rows.push(...rowsOf(report, metric, treatments));
  for (const measure of new Set(report.arms.flatMap((arm) => Object.keys(arm.measures ?? {})))) {
    rows.push([metricName(measure), ...report.arms.map(({ measures }) => {
      const found = measures?.[measure];
      return found ? cell(short(found.quantity.value), `${range(found.quantity)}, of ${found.samples.toLocaleString('en')}`) : NONE;
    }), ...treatments.map(() => '')]);
  }
  if (report.arms.some(({ strength }) => strength)) {
    rows.push(['Strength by votes, above the control', ...report.arms.map(({ strength }) => (strength ? cell(short(strength.value), range(strength)) : NONE)),
      ...treatments.map(() => '')]);
  }
  return table('Arms', heads, rows);
}

const jobs = ({ jobs: all, byState }) => {
  const lost = all - (byState.succeeded ?? 0);
  return cell(all.toLocaleString('en'), lost ? `${lost.toLocaleString('en')} did not succeed` : '');
};

/** The mean, and of times the 95th percentile as well. */
function rowsOf(report, metric, treatments) {
  const of = ({ arm }) => report.comparisons.find((each) => each.arm === arm && each.metric === metric);
  const rows = [[metricName(metric) + (metric === report.goal ? ' — the goal' : ''),
    ...report.arms.map(({ metrics: all }) => (all[metric] ? cell(short(all[metric].mean.value), range(all[metric].mean)) : NONE)),
    ...treatments.map((arm) => difference(of(arm)?.difference, of(arm)))]];
  if (metric.endsWith('Ms') && treatments.some((arm) => of(arm)?.p95)) {
    rows.push([`${metricName(metric)}, 95th percentile`, ...report.arms.map(({ metrics: all }) => (all[metric] ? short(all[metric].p95) : NONE)),
      ...treatments.map((arm) => difference(of(arm)?.p95))]);
  }
  return rows;
}

function difference(quantity, compared) {
  if (!quantity) return NONE;
  const saved = compared?.savedByPairing > 1 ? `; pairs saved ${short(compared.savedByPairing)} times the units` : '';
  // What is left of a difference of equal numbers by rounding is none.
  const nothing = Math.abs(quantity.value) < 1e-9 * (quantity.high - quantity.low);
  const shown = cell(nothing ? '0' : short(quantity.value), range(quantity) + saved);
  if (['better', 'worse'].includes(compared?.verdict)) shown.className = compared.verdict;
  return shown;
}

function votes(report) {
  if (!report.votes?.length) return [];
  return [table('Votes', ['Arms', 'for the first', 'for the second', 'ties', 'both bad', 'share of the first'], report.votes.map((each) => [
    `${each.first} against ${each.second}`, ...[each.wins, each.losses, each.ties, each.bad].map((count) => count.toLocaleString('en')),
    each.share ? cell(`${Math.round(100 * each.share.value)} %`, `${Math.round(100 * each.share.low)} to ${Math.round(100 * each.share.high)} %`) : NONE]))];
}

function design({ arms, stopped, mode, unit, alias, guardRails, goal }) {
  const all = arms.reduce((sum, { weight }) => sum + weight, 0);
  const rails = guardRails.map(({ metric, worseBy }) => `${metricName(metric)} worse by more than ${worseBy}`);
  const facts = [mode, `${unit} by ${unit}`, `goal: ${metricName(goal.metric)}, by ${goal.difference}`, alias && `takes the requests of ${alias}`,
    rails.length && `an arm is stopped: ${rails.join('; ')}`].filter(Boolean).join(' · ');
  const shown = table('Design', ['Arm', 'share', 'is made by', 'stopped'], arms.map((arm) => [arm.name, `${short((100 * arm.weight) / all)} %`,
    make('span', { className: 'wrap' }, settings(arm)), make('span', { className: 'wrap' }, stopped[arm.name] ?? '')]));
  shown.classList.add('text');
  shown.append(make('p', { className: 'hint' }, facts));
  return shown;
}

function audit(experiment) {
  const shown = table('Who did what', ['When', 'who', 'what'], experiment.audit.map(({ at, by, what }) => [
    new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }), by, make('span', { className: 'wrap' }, what)]));
  shown.classList.add('text');
  return shown;
}
