import { MINING_SCORES } from '../../contracts/mining-scores.ts';
import { REJECTION_WORDS, REJECTIONS } from '../../contracts/rejections.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count, counted, percent } from '../../text/format.ts';
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
<div>${countsHtml(summary.classes, summary.mined.byClass)}</div>
<div>${rejectionsHtml(summary)}</div>
</div>
</section>`;

function factsHtml({ mined, calibration, domainGap, gate }: Summary): Html {
  const { audit } = mined;
  return html`
<dl class="facts">
${fact('expected precision', percent(mined.expectedPrecision), 'what the calibrated model itself expects to be right')}
${
  audit &&
  fact(
    'audited precision',
    percent(audit.precision),
    `95 % interval ${percent(audit.low)} to ${percent(audit.high)}, ${counted(audit.checked, 'label')} checked`,
  )
}
${
  calibration &&
  fact(
    'calibration error',
    `${percent(calibration.eceBefore)} → ${percent(calibration.eceAfter)}`,
    `temperature ${calibration.temperature.toFixed(2)}, from ${counted(calibration.heldOutImages, 'held-out image')}${
      calibration.eceAfter > calibration.eceBefore ? '; it did not help here, so read probabilities with care' : ''
    }`,
  )
}
${
  domainGap &&
  fact(
    'domain gap',
    percent(domainGap.auc),
    `how often a simple classifier finds the pool image beside a labelled one, 95 % interval ${percent(domainGap.low)} to ${percent(domainGap.high)}; 50 % is chance`,
  )
}
${gate && fact('gate for junk', ...gateWords(gate.junk))}
</dl>`;
}

function gateWords({ on, why, passed }: NonNullable<Summary['gate']>['junk']): [string, string] {
  if (!on) return ['off', why];
  const most = Math.max(0, ...Object.values(passed.junk));
  return [
    `${percent(passed.labelled)} pass`,
    `of labelled images that it had not seen; of each kind of junk that was made for it at most ${percent(most)}`,
  ];
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

function countsHtml(classes: readonly string[], byClass: Readonly<Record<string, number>>): Html {
  const all = classes.map((name) => byClass[name] ?? 0);
  const most = Math.max(1, ...all);
  const rows = classes.map(
    (name, index) =>
      html`<tr><th scope="row">${name}</th><td class="meter"><span style="width:${((100 * all[index]!) / most).toFixed(1)}%"></span></td><td class="number">${count(all[index]!)}</td></tr>`,
  );
  return html`<table class="plain"><caption>Mined by class, in the pool’s own proportions</caption><tbody>${rows}</tbody></table>`;
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
