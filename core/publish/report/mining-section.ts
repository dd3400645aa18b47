import type { Copies } from '../../contracts/copies.ts';
import { MINING_SCORES } from '../../contracts/mining-scores.ts';
import type { Calibration } from '../../contracts/model.ts';
import { REJECTION_WORDS, REJECTIONS } from '../../contracts/rejections.ts';
import type { Audit, Summary } from '../../contracts/summary.ts';
import { total } from '../../statistics/total.ts';
import { backboneName } from '../../text/backbone.ts';
import { count, counted, hundredths, percent } from '../../text/format.ts';
import { auditWords } from '../audit/words.ts';
import { copiesHtml } from './copies-tables.ts';
import { foldedTable } from './fold.ts';
import { type Html, html } from './html.ts';
import { type Bar, coarse } from './score-histogram.ts';

const BARS = 90;
const HEIGHT = 40;

/** How good the mined set is likely to be, what it is made of and what was left out. */
export const miningSection = (summary: Summary, scores: readonly number[]): Html => html`
<section id="mining">
<h2>Mining</h2>
${factsHtml(summary)}
${histogramHtml(summary.mined, scores)}
<div class="pair">
<div>${foldedTable(summary.classes.length, 'Mined by class', countsHtml(summary.classes, summary.mined))}</div>
<div>${rejectionsHtml(summary)}</div>
</div>
${copiesHtml(summary)}
</section>`;

function factsHtml(summary: Summary): Html {
  const { mined, calibration, domainGap, gate, copies, duplicates, backbone } = summary;
  const { audit } = mined;
  return html`
<dl class="facts">${backbone && fact('backbone', backboneName(backbone), backboneWords(backbone))}
${fact('expected precision', percent(mined.expectedPrecision), 'what the calibrated model itself expects to be right')}
${audit && fact('audited precision', percent(audit.precision), auditWords(audit))}
${calibration?.ece ? calibrationFact(calibration, calibration.ece) : calibration && fact('calibration error', 'not measured', `${counted(calibration.images, 'labelled image')} measure none`)}
${
  domainGap &&
  fact(
    'domain gap',
    percent(domainGap.auc),
    `how often a simple classifier finds the pool image beside a labelled one, 95 % interval ${percent(domainGap.low)} to ${percent(domainGap.high)}; 50 % is chance`,
  )
}
${gate && fact('gate for junk', ...gateWords(gate.junk))}
${copies && fact('copies of the benchmark', `likeness ${copies.threshold.toFixed(3)}`, copyWords(copies))}
${duplicates && fact('copies within the pool', `likeness ${(duplicates.minedThreshold ?? duplicates.labelledThreshold).toFixed(3)}`, duplicateWords(summary))}
</dl>`;
}

function backboneWords({ sha256, output, width, accuracy, penalty }: NonNullable<Summary['backbone']>): string {
  return (
    `what mined is a linear head on this model (SHA-256 ${sha256}; ${width} numbers an image, “${output}”); heads that had not seen them are right ` +
    `about ${percent(accuracy)} of labelled images; penalty ${penalty.toPrecision(2)}`
  );
}

function calibrationFact(
  { temperature, images }: Calibration,
  { before, after }: NonNullable<Calibration['ece']>,
): Html {
  return fact(
    'calibration error',
    `${percent(before.error)} → ${percent(after.error)}`,
    `95 % interval ${percent(after.low)} to ${percent(after.high)}; temperature ${temperature.toFixed(2)}, cross-fitted on ${counted(images, 'labelled image')}${
      after.error > before.error ? '; it did not help here, so read probabilities with care' : ''
    }`,
  );
}

function gateWords({ on, why, passed }: NonNullable<Summary['gate']>['junk']): [string, string] {
  if (!on) return ['off', why];
  const most = Math.max(0, ...Object.values(passed.junk));
  return [
    `${percent(passed.labelled)} pass`,
    `of labelled images that it had not seen; of each kind of junk that was made for it at most ${percent(most)}`,
  ];
}

function copyWords({ references, own }: Copies): string {
  const alike =
    own &&
    `; half of them are at most ${own.median.toFixed(3)} alike to their nearest, a tenth more than ${own.high.toFixed(3)}`;
  return `from there on an image counts as a near copy of one of ${counted(references, 'benchmark image')} and is left out${alike ?? ''}`;
}

function duplicateWords({ mined: { rejected } }: Summary): string {
  const labelled = counted(rejected['near-labelled'] ?? 0, 'copy of labelled images', 'copies of labelled images');
  const mined = counted(rejected['near-duplicate'] ?? 0, 'copy of better pool images', 'copies of better pool images');
  return `from there on an image counts as a near copy of a better one of the pool; ${labelled} and ${mined} were left out, which teach nothing new`;
}

function fact(term: string, value: string, about: string): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd><dd class="aside">${about}</dd></div>`;
}

function histogramHtml({ score, threshold }: Summary['mined'], bins: readonly number[]): Html | false {
  const bars = coarse(bins, BARS, score.range);
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return false;
  const tallest = Math.max(...bars.map((bar) => bar.count));
  const across = (value: number): number => (100 * (value - first.from)) / (last.to - first.from);
  const barHtml = (bar: Bar): Html => {
    const height = (HEIGHT * bar.count) / tallest;
    const kind = bar.from + bar.to >= 2 * threshold ? 'ours' : 'baseline';
    return html`<rect class="${kind}" x="${across(bar.from).toFixed(2)}" y="${(HEIGHT - height).toFixed(2)}" width="${(across(bar.to) - across(bar.from)).toFixed(2)}" height="${height.toFixed(2)}"/>`;
  };
  const cut = across(threshold);
  // Where nothing was taken the threshold is the highest score there is; it may lie beyond the last bar.
  const line =
    cut <= 100 && html`<line class="cut" x1="${cut.toFixed(2)}" x2="${cut.toFixed(2)}" y1="0" y2="${HEIGHT}"/>`;
  return html`
<figure class="histogram">
<svg viewBox="0 0 100 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Histogram of the ${score.name} of all pool images, from ${first.from.toFixed(2)} to ${last.to.toFixed(2)}; mined from ${threshold.toFixed(3)} on">${bars.map(barHtml)}${line}</svg>
<div class="ends"><span>${first.from.toFixed(2)}</span><span>${MINING_SCORES[score.name].about}</span><span>${last.to.toFixed(2)}</span></div>
<figcaption>All readable pool images. <span class="tag ours">mined</span> from ${threshold.toFixed(3)} on.</figcaption>
</figure>`;
}

function countsHtml(classes: readonly string[], { byClass, drawnByClass, poolByClass, audit }: Summary['mined']): Html {
  const pool = total(Object.values(poolByClass));
  const rows = classes.map((name) => {
    const shares = [drawnByClass[name] ?? 0, (poolByClass[name] ?? 0) / Math.max(1, pool)];
    return html`<tr><th scope="row">${name}</th><td class="number">${count(byClass[name] ?? 0)}</td>${shares.map((share) => html`<td class="number">${percent(share)}</td>`)}${audit && auditedCell(audit.byClass[name])}</tr>`;
  });
  return html`<table class="plain"><caption>Mined by class. What training draws of them should look like what the model sees in the pool.</caption><thead><tr><th scope="col">class</th><th scope="col">mined</th><th scope="col">drawn</th><th scope="col">in the pool</th>${audit && html`<th scope="col">audited precision</th>`}</tr></thead><tbody>${rows}</tbody></table>`;
}

function auditedCell(part: Audit['byClass'][string] | undefined): Html {
  return part === undefined || part.checked === 0
    ? html`<td class="number none">–</td>`
    : html`<td class="number" title="95 %: ${hundredths(part.low)} to ${hundredths(part.high)}, ${counted(part.checked, 'label')} checked">${percent(part.precision)}</td>`;
}

function rejectionsHtml({ mined, inputRejected }: Summary): Html {
  const [pool, inputs] = [mined.rejected, inputRejected];
  const reasons = REJECTIONS.filter((reason) => (pool[reason] ?? 0) + (inputs[reason] ?? 0) > 0);
  const rows = reasons.map(
    (reason) =>
      html`<tr><th scope="row">${REJECTION_WORDS[reason]}</th><td class="number">${count(pool[reason] ?? 0)}</td><td class="number">${count(inputs[reason] ?? 0)}</td></tr>`,
  );
  return reasons.length === 0
    ? html`<p>Nothing was left out: every image of the pool and of the inputs could be used.</p>`
    : html`<table class="plain"><caption>Left out, by reason</caption><thead><tr><th scope="col">reason</th><th scope="col">pool</th><th scope="col">labelled and benchmarks</th></tr></thead><tbody>${rows}</tbody></table>`;
}
