import { LEAST_IMAGES } from '../../contracts/evaluation.ts';
import type { Summary } from '../../contracts/summary.ts';
import type { ReliabilityBin } from '../../statistics/reliability.ts';
import { count, counted, percent } from '../../text/format.ts';
import { type Html, html } from './html.ts';
import { SHOWN_ARMS, type ShownArm, type ShownPredictions } from './shown-predictions.ts';

/** Whether probabilities mean what they say: the share that is right at each confidence, with its counts. */
export const reliabilitySection = (summary: Summary, predictions: ShownPredictions): Html => html`
<section id="reliability">
<h2>Reliability</h2>
<p class="lead">How sure a net is beside how often it is right, all seeds together and without a temperature. Bars on the line keep their word; those below it are too sure. Thin bars are of few predictions, which the table counts. Brier score, negative log-likelihood and calibration error are the better the lower.</p>
${Object.keys(summary.accuracy).map(
  (benchmark) => html`
<h3>${benchmark}</h3>
<div class="pair">${SHOWN_ARMS.map((arm) => figureHtml(summary, benchmark, arm, predictions[arm].get(benchmark)?.bins ?? []))}</div>`,
)}
</section>`;

function figureHtml(
  { brier, nll, ece }: Summary,
  benchmark: string,
  arm: ShownArm,
  bins: readonly ReliabilityBin[],
): Html {
  const [distance, likelihood] = [brier[benchmark]?.[arm], nll[benchmark]?.[arm]];
  const error = ece[benchmark]?.[arm];
  const calibration =
    error === undefined
      ? `calibration error not measured (fewer than ${LEAST_IMAGES} images)`
      : `calibration error ${percent(error.mean)}`;
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return html`
<figure class="reliability">
<figcaption><strong>${arm}</strong> ${distance && `Brier ${distance.mean.toFixed(3)}, `}${likelihood && `NLL ${likelihood.mean.toFixed(3)}, `}${calibration}</figcaption>
<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="Share of ${arm}’s predictions that is right, by confidence">${bins.map((bin, index) => barHtml(bin, index, bins.length, most, arm))}<line class="cut" x1="0" x2="100" y1="100" y2="0"/></svg>
<div class="ends"><span>0</span><span>confidence</span><span>1</span></div>
<table class="plain counts"><thead><tr><th scope="col">confidence</th><th scope="col">predictions</th><th scope="col">expected</th><th scope="col">right</th></tr></thead><tbody>${bins.map((bin, index) => countHtml(bin, index, bins.length))}</tbody></table>
</figure>`;
}

/** As wide as its bin where most predictions are, and never too thin to see. */
function barHtml(
  { count: all, right, confidence }: ReliabilityBin,
  index: number,
  bins: number,
  most: number,
  arm: string,
): Html | false {
  if (all === 0) return false;
  const width = (100 / bins) * Math.max(0.15, all / most);
  const middle = (100 * confidence) / all;
  const height = (100 * right) / all;
  const about = `confidence ${rangeOf(index, bins)}: ${counted(all, 'prediction')}, ${percent(right / all)} right, ${percent(confidence / all)} expected`;
  return html`<rect class="${arm === 'omni' ? 'ours' : 'start'}" x="${(middle - width / 2).toFixed(2)}" y="${(100 - height).toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}"><title>${about}</title></rect>`;
}

function countHtml({ count: all, right, confidence }: ReliabilityBin, index: number, bins: number): Html | false {
  return (
    all > 0 &&
    html`<tr><th scope="row">${rangeOf(index, bins)}</th><td class="number">${count(all)}</td><td class="number">${percent(confidence / all)}</td><td class="number">${percent(right / all)}</td></tr>`
  );
}

function rangeOf(index: number, bins: number): string {
  return `${(index / bins).toFixed(2)} to ${((index + 1) / bins).toFixed(2)}`;
}
