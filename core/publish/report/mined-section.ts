import { MINING_SCORES, type MiningScore } from '../../contracts/mining-scores.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count, counted, hundredths, percent } from '../../text/format.ts';
import { foldedClasses } from './fold.ts';
import { type Html, html } from './html.ts';
import { imageHtml } from './image.ts';
import { type ClassSamples, PLACES, type Sample } from './samples.ts';

/** Images of the mined set by class, from the surest to the last that was taken. */
export const minedSection = ({ mined }: Summary, samples: readonly ClassSamples[]): Html => html`
<section id="mined">
<h2>Mined images</h2>
<p class="lead">${counted(mined.mined, 'pool image')} with the pseudo-label the model gave them: the highest ranked of each class, some from its middle, and the last that were taken. Below each: ${MINING_SCORES[mined.score.name].about} and <b>calibrated probability</b> of the pseudo-label.</p>
<input type="checkbox" class="show" id="show-keys"><label for="show-keys">Show the names of the images</label>
${foldedClasses(
  samples.map((one) => classHtml(mined.score.name, one)),
  'classes',
)}
</section>`;

function classHtml(score: MiningScore, { name, count: mined, meanProbability, places }: ClassSamples): Html {
  return html`
<article class="class">
<h3>${name} <span class="aside">${count(mined)} mined${mined > 0 && `, expected to be right: ${percent(meanProbability)}`}</span></h3>
<div class="places">${PLACES.map((place) => placeHtml(score, name, place, places[place]))}</div>
</article>`;
}

function placeHtml(score: MiningScore, name: string, place: string, samples: readonly Sample[]): Html | false {
  return (
    samples.length > 0 &&
    html`<div class="place"><h4>${place}</h4><div class="thumbs">${samples.map((sample) => sampleHtml(score, name, sample))}</div></div>`
  );
}

function sampleHtml(score: MiningScore, name: string, { row, image }: Sample): Html {
  const about = `${row.key}: taken for ${name}, rank ${count(row.rank + 1)}, ${score} ${row.score.toFixed(3)}, probability ${percent(row.probability)}`;
  return html`<figure>${imageHtml(image, about)}<figcaption>${row.score.toFixed(2)} <b>${hundredths(row.probability, 0)}%</b><span class="told">${row.key}</span></figcaption></figure>`;
}
