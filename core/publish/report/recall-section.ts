import type { Estimate } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count, hundredths, signedPoints } from '../../text/format.ts';
import { comparisonOf } from './arms.ts';
import { FEW_CLASSES, foldedTable } from './fold.ts';
import { type Html, html } from './html.ts';
import type { RecallChange, RecallChanges } from './recall-changes.ts';

/** Which classes mining helped, and at whose cost: recall of each before and after. */
export const recallSection = (summary: Summary, changes: RecallChanges): Html => html`
<section id="recall">
<h2>Recall by class</h2>
<p class="lead">Share of each class that is recognised, in percent, mean over the seeds, and the change in percentage points with its 95 % interval over images and seeds. What is gained in accuracy alone may be taken from the rare classes; macro recall counts all alike.</p>
<div class="pair">${Object.keys(summary.recall).map((benchmark) => benchmarkHtml(summary, benchmark, changes[benchmark] ?? {}))}</div>
</section>`;

/** All classes; of many those that changed most, and the others folded away. */
function benchmarkHtml(summary: Summary, benchmark: string, changes: Readonly<Record<string, RecallChange>>): Html {
  const { classes } = summary;
  const table = tableHtml(summary, benchmark, benchmark, changes, classes);
  if (classes.length <= FEW_CLASSES) return html`<div>${table}</div>`;
  const size = (name: string): number => Math.abs(changes[name]?.change.mean ?? 0);
  const most = [...classes].sort((a, b) => size(b) - size(a)).slice(0, FEW_CLASSES);
  return html`<div>${tableHtml(summary, benchmark, `${benchmark}: the classes that changed most`, changes, most)}
${foldedTable(classes.length, `Every class of ${benchmark}`, table)}</div>`;
}

function tableHtml(
  summary: Summary,
  benchmark: string,
  caption: string,
  changes: Readonly<Record<string, RecallChange>>,
  classes: readonly string[],
): Html {
  const { primitive = {}, omni = {} } = summary.recall[benchmark] ?? {};
  const macro = summary.macroRecall[benchmark];
  const gain = comparisonOf(summary, benchmark, 'omni', 'primitive');
  const rows = classes.flatMap((name) => {
    const [before, after, changed] = [primitive[name], omni[name], changes[name]];
    return before && after && changed ? [rowHtml(name, changed, before.mean, after.mean)] : [];
  });
  return html`
<table class="plain">
<caption><strong>${caption}</strong></caption>
<thead><tr><th scope="col">class</th><th scope="col">images</th><th scope="col">primitive</th><th scope="col">omni</th><th scope="col">change</th></tr></thead>
<tbody>${rows}</tbody>
${
  macro?.primitive &&
  macro.omni &&
  html`<tfoot><tr><th scope="row">macro recall</th><td class="number"></td><td class="number">${hundredths(macro.primitive.mean)}</td><td class="number">${hundredths(macro.omni.mean)}</td><td class="number">${gain && changeHtml(gain.macroRecall)}</td></tr></tfoot>`
}
</table>`;
}

function rowHtml(name: string, { images, change }: RecallChange, before: number, after: number): Html {
  return html`<tr><th scope="row">${name}</th><td class="number">${count(images)}</td><td class="number">${hundredths(before)}</td><td class="number">${hundredths(after)}</td><td class="number">${changeHtml(change)}</td></tr>`;
}

function changeHtml({ mean, low, high, values }: Estimate): Html {
  const interval =
    values.length > 1 && html`<small class="range">${signedPoints(low)} to ${signedPoints(high)}</small>`;
  return html`${signedPoints(mean)}${interval}`;
}
