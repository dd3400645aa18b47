import { evaluationFile } from '../../artifacts/run.ts';
import type { Score } from '../../contracts/evaluation.ts';
import type { Store } from '../../store/store.ts';
import { hundredths, percent } from '../../text/format.ts';
import { type Html, html } from './html.ts';

/** Counts of truth and prediction, summed over seeds. */
export interface PooledConfusion {
  readonly seeds: number;
  /** `counts[truth][prediction]` */
  readonly counts: readonly (readonly number[])[];
}

/** Sum of the confusion matrices of several seeds. */
export const pooled = (scores: readonly Score[]): PooledConfusion => ({
  seeds: scores.length,
  counts: (scores[0]?.confusion ?? []).map((row, truth) =>
    row.map((_, prediction) => scores.reduce((sum, { confusion }) => sum + confusion[truth]![prediction]!, 0)),
  ),
});

/** Pooled confusion of an arm by benchmark. */
export const readConfusions = async (
  store: Store,
  runId: string,
  arm: string,
): Promise<Readonly<Record<string, PooledConfusion>>> => {
  const { scores } = await evaluationFile(runId, arm).read(store);
  return Object.fromEntries(Object.entries(scores).map(([benchmark, some]) => [benchmark, pooled(some)]));
};

/** Images of a benchmark: every seed saw each once. */
export const imagesIn = ({ counts, seeds }: PooledConfusion): number => sum(counts.map(sum)) / Math.max(1, seeds);

/** Share of each class that was recognised; a class that the benchmark lacks has none. */
export const recalls = ({ counts }: PooledConfusion): (number | undefined)[] =>
  counts.map((row, truth) => (sum(row) === 0 ? undefined : row[truth]! / sum(row)));

export interface Confusions {
  readonly primitive: Readonly<Record<string, PooledConfusion>>;
  readonly omni: Readonly<Record<string, PooledConfusion>>;
}

/** Which class is taken for which, before and after mining. */
export const confusionSection = (classes: readonly string[], { primitive, omni }: Confusions): Html => html`
<section id="confusion">
<h2>Confusion</h2>
<p class="lead">Rows are the truth, columns the prediction, in percent of the row, pooled over the seeds.</p>
${Object.entries(omni).map(
  ([benchmark, after]) => html`
<h3>${benchmark}</h3>
<div class="pair">
${primitive[benchmark] && tableHtml(classes, 'primitive', primitive[benchmark])}
${tableHtml(classes, 'omni', after)}
</div>`,
)}
</section>`;

function tableHtml(classes: readonly string[], title: string, confusion: PooledConfusion): Html {
  return html`
<div class="scroll"><table class="confusion">
<caption><strong>${title}</strong> · macro recall ${percent(macroRecall(confusion))}</caption>
<thead><tr><th scope="col">truth</th>${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}<th scope="col"><span>recall</span></th></tr></thead>
<tbody>${confusion.counts.map((row, truth) => rowHtml(classes, row, truth))}</tbody>
</table></div>`;
}

function macroRecall(confusion: PooledConfusion): number {
  const known = recalls(confusion).filter((recall) => recall !== undefined);
  return sum(known) / Math.max(1, known.length);
}

function rowHtml(classes: readonly string[], counts: readonly number[], truth: number): Html {
  const total = sum(counts);
  const cells = counts.map((value, prediction) => {
    const share = total === 0 ? 0 : value / total;
    const about = `${classes[truth]} taken for ${classes[prediction]}: ${percent(share)}`;
    const kind = `${truth === prediction ? 'hit' : 'miss'}${share > 0.55 ? ' dense' : ''}`;
    return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${about}">${hundredths(share, 0)}</td>`;
  });
  const recall = total === 0 ? '–' : hundredths(counts[truth]! / total);
  return html`<tr><th scope="row">${classes[truth]}</th>${cells}<td class="recall">${recall}</td></tr>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
