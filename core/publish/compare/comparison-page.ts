import type { Verdict } from '../../contracts/results.ts';
import { hundredths, signedPoints } from '../../text/format.ts';
import { axisFor, axisHtml, barHtml } from '../report/bar-chart.ts';
import { type Html, html } from '../report/html.ts';
import { pageHtml } from '../report/page.ts';
import { scrolling } from '../report/scrolling.ts';
import type { ComparedArm, ComparedBenchmark, ComparedRuns } from './compare-runs.ts';
import type { Difference } from './differences.ts';
import { leftSentences, letterOf, pairingSentences, runLine } from './words.ts';

const READING: Readonly<Record<Verdict, Html>> = {
  gain: html`<small class="up">more</small>`,
  loss: html`<small class="down">less</small>`,
  'no-evidence': html`<small class="flat">no evidence</small>`,
};

/** A comparison as one page in the report's style. */
export const comparisonPage = (compared: ComparedRuns): string =>
  pageHtml({
    title: `omnidistill · ${compared.runs.map(({ runId }) => runId).join(', ')}`,
    body: html`
<header>
<p class="kicker">omnidistill compare</p>
<h1>Runs beside each other</h1>
<ul>${compared.runs.map((run, i) => html`<li><strong>${letterOf(i)}</strong> ${runLine(run)}</li>`)}</ul>
<p class="lead">Differences are in percentage points, each run minus ${letterOf(0)}, with their 95 % intervals. One that holds 0 is no evidence. A run that was chosen because it does best on a benchmark is not better for that.</p>
</header>
${settingsSection(compared)}
${compared.benchmarks.map((benchmark) => benchmarkSection(compared, benchmark))}
${leftSentences(compared).map((sentence) => html`<p class="aside">${sentence}</p>`)}`,
  }).text;

function settingsSection({ runs, settings }: ComparedRuns): Html {
  const rows = settings.map(
    ({ setting, values }) =>
      html`<tr><th scope="row"><code>${setting}</code></th>${values.map((value) => html`<td class="number">${value ?? '–'}</td>`)}</tr>`,
  );
  const heads = runs.map((_, i) => html`<th scope="col">${letterOf(i)}</th>`);
  return html`
<section id="settings">
<h2>Settings that differ</h2>
${
  rows.length === 0
    ? html`<p>None: what differs comes from the inputs, the machine or the version.</p>`
    : scrolling(
        'Settings that differ',
        html`<table class="plain"><thead><tr><th scope="col">setting</th>${heads}</tr></thead><tbody>${rows}</tbody></table>`,
      )
}
</section>`;
}

function benchmarkSection({ runs }: ComparedRuns, compared: ComparedBenchmark): Html {
  const { benchmark, arms } = compared;
  const table = (title: string, figures: 'accuracy' | 'macroRecall' | 'gain'): Html =>
    figuresTable(`${title} on ${benchmark}`, title, runs.length, arms, figures);
  return html`
<section>
<h2>${benchmark}</h2>
${pairingSentences(compared).map((sentence) => html`<p class="lead">${sentence}</p>`)}
${table('Accuracy', 'accuracy')}
${table('Macro recall', 'macroRecall')}
${table('Gain over the primitive', 'gain')}
</section>`;
}

function figuresTable(
  name: string,
  title: string,
  runs: number,
  arms: readonly ComparedArm[],
  figures: 'accuracy' | 'macroRecall' | 'gain',
): Html {
  const shown = arms.filter((one) => one.differences.every((difference) => difference[figures] !== undefined));
  const axis = axisFor(shown.flatMap((one) => one.differences.flatMap((by) => [by[figures]!.low, by[figures]!.high])));
  const heads = Array.from({ length: runs }, (_, i) => html`<th scope="col" class="number">${letterOf(i)}</th>`);
  const others = Array.from(
    { length: runs - 1 },
    (_, i) =>
      html`<th scope="col" class="chart">${letterOf(i + 1)} − ${letterOf(0)}${axisHtml(axis, (tick) => signedPoints(tick))}</th><th scope="col" class="number">points</th>`,
  );
  const format = figures === 'gain' ? signedPoints : hundredths;
  const rows = shown.map((one) => {
    const own = one[figures].map((figure) =>
      figure === undefined
        ? html`<td class="number">–</td>`
        : html`<td class="number">${format(figure.mean)}${figure.values.length > 1 && html`<small class="range">${format(figure.low)} to ${format(figure.high)}</small>`}</td>`,
    );
    const differences = one.differences.map((by) => differenceCells(one.arm, by[figures]!, by.paired, axis));
    return html`<tr><th scope="row">${one.arm}</th>${own}${differences}</tr>`;
  });
  return scrolling(
    name,
    html`<table class="compared"><caption><strong>${title}</strong> ${figures === 'gain' ? 'in points' : 'in percent'}</caption><thead><tr><th scope="col">arm</th>${heads}${others}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function differenceCells(arm: string, by: Difference, paired: boolean, axis: ReturnType<typeof axisFor>): Html {
  const { mean, low, high, verdict } = by;
  const range = `${signedPoints(low)} to ${signedPoints(high)}`;
  const tone = verdict === 'gain' ? 'ours' : verdict === 'loss' ? 'control' : 'baseline';
  const bar = barHtml(axis, {
    value: mean,
    low,
    high,
    tone,
    about: `${arm}: ${signedPoints(mean)} points, 95 %: ${range}`,
  });
  return html`<td class="chart">${bar}</td><td class="number strong">${signedPoints(mean)} ${READING[verdict]}<small class="range">${range}${!paired && ', unpaired'}</small></td>`;
}
