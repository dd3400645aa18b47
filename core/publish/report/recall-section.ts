import type { Summary } from '../../contracts/summary.ts';
import { count, hundredths, points, signedPoints } from '../../text/format.ts';
import { comparisonOf } from './arms.ts';
import type { PooledConfusion } from './confusion.ts';
import { type Html, html } from './html.ts';

/** Which classes mining helped, and at whose cost: recall of each before and after. */
export const recallSection = (summary: Summary, omni: Readonly<Record<string, PooledConfusion>>): Html => html`
<section id="recall">
<h2>Recall by class</h2>
<p class="lead">Share of each class that is recognised, in percent, mean over the seeds. What is gained in accuracy alone may be taken from the rare classes; macro recall counts all alike.</p>
<div class="pair">${Object.keys(summary.recall).map((benchmark) => tableHtml(summary, benchmark, omni[benchmark]))}</div>
</section>`;

function tableHtml(summary: Summary, benchmark: string, confusion: PooledConfusion | undefined): Html {
  const { primitive = {}, omni = {} } = summary.recall[benchmark] ?? {};
  const macro = summary.macroRecall[benchmark];
  const gain = comparisonOf(summary, benchmark, 'omni', 'primitive');
  const rows = summary.classes.flatMap((name, label) => {
    const [before, after] = [primitive[name], omni[name]];
    return before && after ? [rowHtml(name, imagesOf(confusion, label), before.mean, after.mean)] : [];
  });
  return html`
<table class="plain">
<caption><strong>${benchmark}</strong></caption>
<thead><tr><th scope="col">class</th><th scope="col">images</th><th scope="col">primitive</th><th scope="col">omni</th><th scope="col">change</th></tr></thead>
<tbody>${rows}</tbody>
${
  macro?.primitive &&
  macro.omni &&
  html`<tfoot><tr><th scope="row">macro recall</th><td class="number"></td><td class="number">${hundredths(macro.primitive.mean)}</td><td class="number">${hundredths(macro.omni.mean)}</td><td class="number">${gain && points(gain.macroRecall)}</td></tr></tfoot>`
}
</table>`;
}

function rowHtml(name: string, images: number, before: number, after: number): Html {
  return html`<tr><th scope="row">${name}</th><td class="number">${count(images)}</td><td class="number">${hundredths(before)}</td><td class="number">${hundredths(after)}</td><td class="number">${signedPoints(after - before)}</td></tr>`;
}

function imagesOf(confusion: PooledConfusion | undefined, label: number): number {
  if (confusion === undefined) return 0;
  return (confusion.counts[label] ?? []).reduce((sum, value) => sum + value, 0) / Math.max(1, confusion.seeds);
}
