import {
  ARM_GROUPS,
  ARMS,
  type ArmGroup,
  type ArmName,
  controlsOf,
  parseArm,
  type Standing,
  standingOf,
} from '../../contracts/arms.ts';
import type { Spread } from '../../contracts/evaluation.ts';
import type { Summary } from '../../contracts/summary.ts';
import { verdictOf } from '../../evaluate/spread.ts';
import { count, listed, percentSpread, points } from '../../text/format.ts';
import { difference, shortName } from './arms.ts';
import { type Axis, axisFor, axisHtml, barHtml } from './bar-chart.ts';
import { type Html, html } from './html.ts';

const LABEL: Readonly<Record<Standing, string>> = {
  start: 'start',
  control: 'control',
  baseline: 'baseline',
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
    title: 'Trained from scratch',
    about: 'Nets that start from fresh weights.',
    charted: 'gain',
    control: 'the control',
  },
  boost: {
    title: 'The primitive, boosted',
    about: 'A short fine-tune of the primitive with a few more images.',
    charted: 'gain',
    control: 'no-pool',
  },
  only: {
    title: 'The set alone',
    about: 'A small net trained on nothing but the distilled set: what the images carry by themselves.',
    charted: 'accuracy',
    control: 'random',
  },
};

/** Accuracy of every arm on every benchmark, ours beside what it has to beat. */
export const accuracySection = (summary: Summary): Html => html`
<section id="accuracy">
<h2>Accuracy</h2>
<p class="lead">Differences are in percentage points, paired by seed. Bars start at zero; their whiskers are one standard deviation. Colours: <span class="tag ours">ours</span> <span class="tag baseline">baseline</span> <span class="tag control">control</span></p>
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
<caption><strong>${group.title}</strong> ${group.about}${notesOn(key)}</caption>
<thead><tr><th scope="col">arm</th><th scope="col" class="chart">${group.charted === 'gain' ? 'gain in points' : 'accuracy %'}${axisHtml(axis, tick)}</th><th scope="col">accuracy %</th><th scope="col">over the primitive</th><th scope="col">over ${group.control}</th><th scope="col">images</th></tr></thead>
<tbody>${names.map((name) => rowHtml(summary, benchmark, name, group, axis))}</tbody>
</table>`
  );
}

/** What is special about the arms of a group, as a sentence that goes on after others. */
function notesOn(group: ArmGroup): string {
  const notes = Object.entries(ARMS).flatMap(([kind, arm]) =>
    arm.group === group && 'note' in arm ? [`${shortName(kind)} ${arm.note}`] : [],
  );
  return notes.length > 0 ? ` ${listed(notes)}.` : '';
}

function rowHtml(summary: Summary, benchmark: string, name: ArmName, group: Group, axis: Axis): Html {
  const accuracy = summary.accuracy[benchmark]![name]!;
  const gain = name === 'primitive' ? undefined : summary.gain[benchmark]?.[name];
  const arm = parseArm(name);
  const standing = standingOf(arm);
  const shown = group.charted === 'accuracy' ? accuracy : gain;
  const about = group.charted === 'accuracy' ? percentSpread(accuracy) : gain && `${points(gain)} points`;
  const bar =
    shown &&
    about &&
    barHtml(axis, { value: shown.mean, deviation: shown.std, tone: standing, about: `${name}: ${about}` });
  const seeds = accuracy.values.map((value) => percentSpread({ mean: value, std: 0, values: [value] })).join(', ');
  return html`
<tr class="${standing}">
<th scope="row"><span class="name">${name}</span> <span class="tag ${standing}">${LABEL[standing]}</span></th>
<td class="chart">${bar}</td>
<td class="number strong" data-label="accuracy %" title="by seed: ${seeds}">${percentSpread(accuracy)}</td>
${differenceCell('over the primitive', gain, group.charted === 'gain')}
${differenceCell(`over ${group.control}`, difference(summary, benchmark, name, controlsOf(arm)[0]))}
<td class="number" data-label="images">${count(summary.images[name] ?? 0)}</td>
</tr>`;
}

function differenceCell(label: string, spread: Spread | undefined, read = true): Html {
  return spread === undefined
    ? html`<td class="number none" data-label="${label}">– <small></small></td>`
    : html`<td class="number" data-label="${label}">${points(spread)} ${read ? reading(spread) : html`<small></small>`}</td>`;
}

function reading(gain: Spread): Html {
  return {
    gain: html`<small class="up">gain</small>`,
    loss: html`<small class="down">loss</small>`,
    'no-evidence': html`<small class="flat">no evidence</small>`,
  }[verdictOf(gain)];
}
