import type { Spread } from '../../contracts/evaluation.ts';
import type { Summary } from '../../contracts/summary.ts';
import { verdictOf } from '../../evaluate/spread.ts';
import { count, percentSpread, points } from '../../text/format.ts';
import { type Axis, axisFor, axisHtml, barHtml } from './bar-chart.ts';
import { type Html, html } from './html.ts';
import { controlOf, difference, type Standing, standingOf } from './training-sets.ts';

const LABEL: Readonly<Record<Standing, string>> = {
  start: 'start',
  control: 'control',
  baseline: 'baseline',
  ours: 'ours',
};

interface Group {
  readonly title: string;
  readonly about: string;
  readonly holds: (trainingSet: string) => boolean;
  /** Gains over the primitive; or accuracies, where all are far below it and only their own order tells. */
  readonly charted: 'gain' | 'accuracy';
  readonly control: string;
}

const GROUPS: readonly Group[] = [
  {
    title: 'Trained from scratch',
    about: 'omni learns from the labelled and the mined images, its control as long from the labelled ones alone.',
    holds: (name) => !name.includes('/'),
    charted: 'gain',
    control: 'the control',
  },
  {
    title: 'The primitive, boosted',
    about:
      'A short fine-tune of the primitive with a few more images. none adds nothing, no-pool adds the labelled images at half resolution with the teachers’ soft labels, mined adds the whole mined set.',
    holds: (name) => name.startsWith('boost/'),
    charted: 'gain',
    control: 'no-pool',
  },
  {
    title: 'The set alone',
    about: 'A small net trained on nothing but the distilled set: what the images carry by themselves.',
    holds: (name) => name.startsWith('only/'),
    charted: 'accuracy',
    control: 'random',
  },
];

const reading = (gain: Spread): Html =>
  ({
    gain: html`<small class="up">gain</small>`,
    loss: html`<small class="down">loss</small>`,
    'no-evidence': html`<small class="flat">no evidence</small>`,
  })[verdictOf(gain)];

const differenceCell = (label: string, spread: Spread | undefined, read = true): Html =>
  spread === undefined
    ? html`<td class="number none" data-label="${label}">– <small></small></td>`
    : html`<td class="number" data-label="${label}">${points(spread)} ${read ? reading(spread) : html`<small></small>`}</td>`;

const rowHtml = (summary: Summary, benchmark: string, trainingSet: string, group: Group, axis: Axis): Html => {
  const accuracy = summary.accuracy[benchmark]![trainingSet]!;
  const gain = trainingSet === 'primitive' ? undefined : summary.gain[benchmark]?.[trainingSet];
  const standing = standingOf(trainingSet);
  const shown = group.charted === 'accuracy' ? accuracy : gain;
  const about = group.charted === 'accuracy' ? percentSpread(accuracy) : gain && `${points(gain)} points`;
  const bar =
    shown &&
    about &&
    barHtml(axis, { value: shown.mean, deviation: shown.std, tone: standing, about: `${trainingSet}: ${about}` });
  const seeds = accuracy.seeds.map((value) => percentSpread({ mean: value, std: 0, seeds: [value] })).join(', ');
  return html`
<tr class="${standing}">
<th scope="row"><span class="name">${trainingSet}</span> <span class="tag ${standing}">${LABEL[standing]}</span></th>
<td class="chart">${bar}</td>
<td class="number strong" data-label="accuracy %" title="by seed: ${seeds}">${percentSpread(accuracy)}</td>
${differenceCell('over the primitive', gain, group.charted === 'gain')}
${differenceCell(`over ${group.control}`, difference(summary, benchmark, trainingSet, controlOf(trainingSet)))}
<td class="number" data-label="images">${count(summary.images[trainingSet] ?? 0)}</td>
</tr>`;
};

const groupHtml = (summary: Summary, benchmark: string, group: Group): Html | false => {
  const accuracy = summary.accuracy[benchmark] ?? {};
  const names = Object.keys(accuracy).filter(group.holds);
  const shown = names.flatMap((name) => {
    const spread = group.charted === 'accuracy' ? accuracy[name] : summary.gain[benchmark]?.[name];
    return spread === undefined ? [] : [spread];
  });
  const axis = axisFor(shown.flatMap(({ mean, std }) => [mean - std, mean + std]));
  const tick = (value: number): string =>
    `${group.charted === 'gain' && value > 0 ? '+' : ''}${Number((100 * value).toFixed(2))}`.replace('-', '−');
  return (
    names.length > 0 &&
    html`
<table class="accuracy">
<caption><strong>${group.title}</strong> ${group.about}</caption>
<thead><tr><th scope="col">training set</th><th scope="col" class="chart">${group.charted === 'gain' ? 'gain in points' : 'accuracy %'}${axisHtml(axis, tick)}</th><th scope="col">accuracy %</th><th scope="col">over the primitive</th><th scope="col">over ${group.control}</th><th scope="col">images</th></tr></thead>
<tbody>${names.map((name) => rowHtml(summary, benchmark, name, group, axis))}</tbody>
</table>`
  );
};

/** Accuracy of every training set on every benchmark, ours beside what it has to beat. */
export const accuracySection = (summary: Summary): Html => html`
<section id="accuracy">
<h2>Accuracy</h2>
<p class="lead">Differences are in percentage points, paired by seed. Bars start at zero; their whiskers are one standard deviation. Colours: <span class="tag ours">ours</span> <span class="tag baseline">baseline</span> <span class="tag control">control</span></p>
${Object.keys(summary.accuracy).map(
  (benchmark) => html`
<h3>${benchmark}</h3>
${GROUPS.map((group) => groupHtml(summary, benchmark, group))}`,
)}
</section>`;
