import {
  ARM_GROUPS,
  ARMS,
  type ArmGroup,
  type ArmName,
  controlsOf,
  measuredKinds,
  parseArm,
  type Standing,
  standingOf,
} from '../../contracts/arms.ts';
import type { Comparison, Estimate } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count, hundredths, listed, signedPoints } from '../../text/format.ts';
import { comparisonOf, shortName } from './arms.ts';
import { type Axis, axisFor, axisHtml, barHtml } from './bar-chart.ts';
import { type Html, html } from './html.ts';
import { seedsHtml } from './seeds-table.ts';

const LABEL: Readonly<Record<Standing, string>> = {
  start: 'start',
  control: 'control',
  baseline: 'baseline',
  ceiling: 'ceiling',
  ours: 'ours',
};

interface Group {
  readonly title: string;
  readonly about: string;
  /** Gains over the primitive; or accuracies, where all are far below it and only their own order tells. */
  readonly charted: 'gain' | 'accuracy';
  /** What the last differences are taken over: the first control of its arms. */
  readonly control: string;
}

const GROUPS: Readonly<Record<ArmGroup, Group>> = {
  scratch: {
    title: 'Trained',
    about: 'Nets trained for as long as a net takes.',
    charted: 'gain',
    control: 'the control',
  },
  boost: {
    title: 'The primitive, boosted',
    about: 'A short fine-tune of the primitive with a few more images.',
    charted: 'gain',
    control: 'no-pool',
  },
  'boost-fixed': {
    title: 'The primitive, boosted with one soft label for each image',
    about: 'The same fine-tune without the labels of views.',
    charted: 'gain',
    control: 'no-pool',
  },
  'boost-hard': {
    title: 'The primitive, boosted with the images’ classes alone',
    about: 'The same fine-tune without any soft label.',
    charted: 'gain',
    control: 'random',
  },
  only: {
    title: 'The set alone',
    about: 'A small net trained on nothing but the distilled set: what the images carry by themselves.',
    charted: 'accuracy',
    control: 'random',
  },
  'only-fixed': {
    title: 'The set alone with one soft label for each image',
    about: 'The same small net without the labels of views.',
    charted: 'accuracy',
    control: 'random',
  },
  'only-hard': {
    title: 'The set alone with the images’ classes',
    about: 'The same small net without any soft label.',
    charted: 'accuracy',
    control: 'random',
  },
};

/** Accuracy of every arm on every benchmark, ours beside what it has to beat. */
export const accuracySection = (summary: Summary): Html => html`
<section id="accuracy">
<h2>Accuracy</h2>
<p class="lead">Differences are in percentage points, paired by image, seed and draw. Below each, and as whiskers of the bars, stands its 95 % interval over images, seeds and draws; a difference is a gain or a loss where 0 lies outside. Macro recall is the mean of the classes’ recalls. Colours: <span class="tag ours">ours</span> <span class="tag baseline">baseline</span> <span class="tag control">control</span> <span class="tag ceiling">ceiling</span>, which learns from many more images and need not be beaten.</p>
${Object.keys(summary.accuracy).map(
  (benchmark) => html`
<h3>${benchmark}</h3>
${ARM_GROUPS.map((group) => groupHtml(summary, benchmark, group))}`,
)}
</section>`;

function groupHtml(summary: Summary, benchmark: string, key: ArmGroup): Html | false {
  const group = GROUPS[key];
  const accuracy = summary.accuracy[benchmark] ?? {};
  const names = Object.keys(accuracy).filter((name) => ARMS[parseArm(name).kind].group === key);
  const shown = names.flatMap((name) => {
    const figure = group.charted === 'accuracy' ? accuracy[name] : comparisonOf(summary, benchmark, name, 'primitive');
    return figure === undefined ? [] : [figure];
  });
  const axis = axisFor(shown.map(whiskers).flatMap(({ low, high }) => [low, high]));
  const tick = (value: number): string =>
    `${group.charted === 'gain' && value > 0 ? '+' : ''}${Number((100 * value).toFixed(2))}`.replace('-', '−');
  return (
    names.length > 0 &&
    html`
<table class="accuracy">
<caption><strong>${group.title}</strong> ${group.about}${notesOn(summary, key)}</caption>
<thead><tr><th scope="col">arm</th><th scope="col" class="chart">${group.charted === 'gain' ? 'gain in points' : 'accuracy %'}${axisHtml(axis, tick)}</th><th scope="col">accuracy %</th><th scope="col">macro recall %</th><th scope="col">over the primitive</th><th scope="col">over ${group.control}</th><th scope="col">images</th></tr></thead>
<tbody>${names.map((name) => rowHtml(summary, benchmark, name, group, axis))}</tbody>
</table>
${seedsHtml(summary, benchmark, names)}`
  );
}

/** What is special about the arms of a group, as a sentence that goes on after others. */
function notesOn({ config }: Summary, group: ArmGroup): string {
  const notes = measuredKinds(config).flatMap((kind) => {
    const arm = ARMS[kind];
    return arm.group === group && 'note' in arm ? [`${shortName(kind)} ${arm.note}`] : [];
  });
  return notes.length > 0 ? ` ${listed(notes)}.` : '';
}

function rowHtml(summary: Summary, benchmark: string, name: ArmName, group: Group, axis: Axis): Html {
  const accuracy = summary.accuracy[benchmark]![name]!;
  const recall = summary.macroRecall[benchmark]![name]!;
  const gain = comparisonOf(summary, benchmark, name, 'primitive');
  const arm = parseArm(name);
  const standing = standingOf(arm);
  const charted = group.charted === 'accuracy' ? accuracy : gain;
  const about = group.charted === 'accuracy' ? `${hundredths(accuracy.mean)} %` : gain && pointsOf(gain);
  const bar =
    charted &&
    about &&
    barHtml(axis, { value: charted.mean, ...whiskers(charted), tone: standing, about: `${name}: ${about}` });
  return html`
<tr class="${standing}">
<th scope="row"><span class="name">${name}</span> <span class="tag ${standing}">${LABEL[standing]}</span></th>
<td class="chart">${bar}</td>
<td class="number strong" data-label="accuracy %" title="${detailsOf(accuracy)}">${hundredths(accuracy.mean)}${intervalHtml(accuracy)}</td>
<td class="number" data-label="macro recall %" title="${detailsOf(recall)}">${hundredths(recall.mean)}${intervalHtml(recall)}</td>
${differenceCell('over the primitive', gain, group.charted === 'gain')}
${differenceCell(`over ${group.control}`, comparisonOf(summary, benchmark, name, controlsOf(arm)[0]))}
<td class="number" data-label="images">${count(summary.images[name] ?? 0)}</td>
</tr>`;
}

function intervalHtml({ low, high, values }: Estimate): Html | false {
  return values.length > 1 && html`<small class="range">${hundredths(low)} to ${hundredths(high)}</small>`;
}

/** Where the error bar of a figure ends; one seed has none. */
function whiskers({ mean, low, high, values }: Estimate): { readonly low: number; readonly high: number } {
  return values.length > 1 ? { low, high } : { low: mean, high: mean };
}

function detailsOf({ low, high, values }: Estimate): string {
  const seeds = `by seed: ${values.map((value) => hundredths(value)).join(', ')}`;
  return values.length > 1 ? `95 %: ${hundredths(low)} to ${hundredths(high)}; ${seeds}` : seeds;
}

function pointsOf({ mean, low, high }: Estimate): string {
  return `${signedPoints(mean)} points, 95 %: ${signedPoints(low)} to ${signedPoints(high)}`;
}

function differenceCell(label: string, comparison: Comparison | undefined, read = true): Html {
  if (comparison === undefined) return html`<td class="number none" data-label="${label}">– <small></small></td>`;
  const { mean, low, high, values, p, pHolm } = comparison;
  const chance = `sign-flip p ${p.toPrecision(2)}${pHolm === undefined ? '' : `, ${pHolm.toPrecision(2)} after Holm`}`;
  const interval =
    values.length > 1 && html`<small class="interval">${signedPoints(low)} to ${signedPoints(high)}</small>`;
  return html`<td class="number" data-label="${label}" title="${chance}">${signedPoints(mean)} ${read ? readingHtml(comparison) : html`<small></small>`}${interval}</td>`;
}

function readingHtml({ verdict }: Comparison): Html {
  return {
    gain: html`<small class="up">gain</small>`,
    loss: html`<small class="down">loss</small>`,
    'no-evidence': html`<small class="flat">no evidence</small>`,
  }[verdict];
}
