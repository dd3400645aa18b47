import { percent } from '../../text/format.ts';
import { confusedPairs, macroRecallOf, type PooledConfusion, sharesOf } from './confusion.ts';
import { type Html, html } from './html.ts';

/** A share of a row falls into the last shade that it reaches. */
const SHADES = [0.005, 0.05, 0.15, 0.35, 0.65] as const;
const NAMED = 3;

/**
 * A confusion matrix of many classes as a picture: a square a cell, the darker the more of its row. All squares of a shade
 * are one path, so that a page of 200 classes stays small.
 */
export const confusionMap = (
  classes: readonly string[],
  order: readonly number[],
  benchmark: string,
  arm: string,
  confusion: PooledConfusion,
): Html => {
  const paths = new Map<string, string[]>();
  for (const [y, truth] of order.entries()) {
    const shares = sharesOf(confusion.counts[truth]!);
    for (const [x, prediction] of order.entries()) {
      const shade = SHADES.findLastIndex((from) => shares[prediction]! >= from);
      if (shade < 0) continue;
      const kind = `${truth === prediction ? 'hit' : 'miss'} shade-${shade}`;
      const squares = paths.get(kind) ?? [];
      squares.push(`M${x} ${y}h1v1h-1z`);
      paths.set(kind, squares);
    }
  }
  const size = classes.length;
  const recall = `macro recall ${percent(macroRecallOf(confusion))}`;
  const worst = confusedPairs(confusion, NAMED).map(
    ({ truth, prediction, share }) => `${classes[truth]} for ${classes[prediction]} ${percent(share)}`,
  );
  const about = `Confusion of ${arm} on ${benchmark}, ${size} classes: ${recall}; most often mistaken: ${worst.join('; ')}`;
  return html`
<figure class="map">
<figcaption><strong>${arm}</strong> · ${recall}</figcaption>
<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="${about}"><rect class="ground" width="${size}" height="${size}"/>${[...paths].map(([kind, squares]) => html`<path class="${kind}" d="${squares.join('')}"/>`)}</svg>
<p class="aside">Down the truth, across the prediction, both in the same order; the diagonal is what is right.</p>
</figure>`;
};
