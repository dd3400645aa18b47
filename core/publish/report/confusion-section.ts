import { hundredths, percent } from '../../text/format.ts';
import {
  type ConfusedPair,
  clusteredOrder,
  confusedPairs,
  macroRecallOf,
  type PooledConfusion,
  sharesOf,
} from './confusion.ts';
import { confusionMap } from './confusion-map.ts';
import { FEW_CLASSES } from './fold.ts';
import { type Html, html } from './html.ts';
import { scrolling } from './scrolling.ts';

/** More classes are shown as a map: nobody reads more numbers side by side. */
const MOST_NUMBERS = 40;
const PAIRS = 15;

export interface Confusions {
  readonly primitive: Readonly<Record<string, PooledConfusion>>;
  readonly omni: Readonly<Record<string, PooledConfusion>>;
}

/** Which class is taken for which, before and after mining. */
export const confusionSection = (classes: readonly string[], { primitive, omni }: Confusions): Html => html`
<section id="confusion">
<h2>Confusion</h2>
<p class="lead">Rows are the truth, columns the prediction, in percent of the row, pooled over the seeds.${classes.length > FEW_CLASSES && ' Classes that are taken for each other stand side by side.'}</p>
${Object.entries(omni).map(([benchmark, after]) => benchmarkHtml(classes, benchmark, primitive[benchmark], after))}
</section>`;

function benchmarkHtml(
  classes: readonly string[],
  benchmark: string,
  before: PooledConfusion | undefined,
  after: PooledConfusion,
): Html {
  const many = classes.length > FEW_CLASSES;
  const order = many ? clusteredOrder(after) : [...classes.keys()];
  const shown = classes.length > MOST_NUMBERS ? confusionMap : tableHtml;
  return html`
<h3>${benchmark}</h3>
${many && pairsHtml(classes, benchmark, before, confusedPairs(after, PAIRS))}
<div class="${many && shown === tableHtml ? 'stack' : 'pair'}">
${before && shown(classes, order, benchmark, 'primitive', before)}
${shown(classes, order, benchmark, 'omni', after)}
</div>`;
}

function tableHtml(
  classes: readonly string[],
  order: readonly number[],
  benchmark: string,
  arm: string,
  confusion: PooledConfusion,
): Html {
  const heads = order.map((label) => html`<th scope="col"><span>${classes[label]}</span></th>`);
  return scrolling(
    `Confusion of ${arm} on ${benchmark}`,
    html`<table class="confusion" style="--classes:${classes.length}">
<caption><strong>${arm}</strong> · macro recall ${percent(macroRecallOf(confusion))}</caption>
<thead><tr><th scope="col">truth</th>${heads}<th scope="col"><span>recall</span></th></tr></thead>
<tbody>${order.map((truth) => rowHtml(classes, order, confusion.counts[truth]!, truth))}</tbody>
</table>`,
  );
}

function rowHtml(classes: readonly string[], order: readonly number[], counts: readonly number[], truth: number): Html {
  const shares = sharesOf(counts);
  const cells = order.map((prediction) => {
    const share = shares[prediction]!;
    const about = `${classes[truth]} taken for ${classes[prediction]}: ${percent(share)}`;
    const kind = share === 0 ? 'none' : truth === prediction ? 'hit' : 'miss';
    return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${about}">${hundredths(share, 0)}</td>`;
  });
  const recall = counts.every((value) => value === 0) ? '–' : hundredths(shares[truth]!);
  return html`<tr><th scope="row" title="${classes[truth]}">${classes[truth]}</th>${cells}<td class="recall">${recall}</td></tr>`;
}

function pairsHtml(
  classes: readonly string[],
  benchmark: string,
  before: PooledConfusion | undefined,
  pairs: readonly ConfusedPair[],
): Html | false {
  const rows = pairs.map(({ truth, prediction, images, share }) => {
    const earlier = before && sharesOf(before.counts[truth]!)[prediction]!;
    return html`<tr><th scope="row">${classes[truth]}</th><td>${classes[prediction]}</td><td class="number">${images.toFixed(1)}</td><td class="number">${earlier === undefined ? '–' : percent(earlier)}</td><td class="number">${percent(share)}</td></tr>`;
  });
  return (
    rows.length > 0 &&
    scrolling(
      `Most frequent mistakes on ${benchmark}`,
      html`<table class="plain words">
<caption>The mistakes that omni makes most</caption>
<thead><tr><th scope="col">truth</th><th scope="col">taken for</th><th scope="col">images a seed</th><th scope="col">of the class, primitive</th><th scope="col">of the class, omni</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
    )
  );
}
