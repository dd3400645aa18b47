import { type Attack, NEAR_PART, type Nearness, type SetPrivacy } from '../../contracts/privacy.ts';
import type { Summary } from '../../contracts/summary.ts';
import { percent } from '../../text/format.ts';
import { privacySentences } from '../../text/privacy.ts';
import { refusalsOf } from '../release/refuse-copies.ts';
import { type Html, html } from './html.ts';
import { scrolling } from './scrolling.ts';

/** What each set of the release tells of single real images; nothing where there is no such set. */
export const privacySection = (summary: Summary): Html | false => {
  const sets = Object.entries(summary.privacy);
  if (sets.length === 0) return false;
  const refused = refusalsOf(summary);
  return html`
<section id="privacy">
<h2>Privacy</h2>
<p class="lead">Distance is 1 − cosine: 0 for equal images, 1 for unrelated ones. A view counts as a copy where it is nearer to a real image than all but ${percent(NEAR_PART, 0)} of the real images are to another one. That people cannot be recognised is not measured here.</p>
${refused.length > 0 && html`<p class="verdict">Nothing was released. ${refused.join(' ')}</p>`}
${scrolling('Distances to real images', distancesHtml(sets))}
${scrolling('Attacks', attacksTable(sets))}
${sets.map(([name, privacy]) => html`<p><strong>${name}</strong> ${privacySentences(privacy, summary.config.distill.matching.floor)}</p>`)}
</section>`;
};

type Sets = readonly (readonly [name: string, privacy: SetPrivacy])[];

function distancesHtml(sets: Sets): Html {
  return html`<table class="plain words">
<thead><tr><th scope="col">set</th><th scope="col">distance by</th><th scope="col" class="number">views to real, median</th><th scope="col" class="number">least</th><th scope="col" class="number">real to real, median</th><th scope="col" class="number">copies</th><th scope="col" class="number">lead back</th></tr></thead>
<tbody>${sets.flatMap(([name, { pixels, embedding }]) => [nearnessHtml(name, 'pixels', pixels), nearnessHtml(name, 'embedding', embedding)])}</tbody>
</table>`;
}

function attacksTable(sets: Sets): Html {
  return html`<table class="plain words">
<thead><tr><th scope="col">set</th><th scope="col">attack by</th><th scope="col" class="number">area under ROC</th><th scope="col" class="number">found at 1 % false alarms</th></tr></thead>
<tbody>${sets.flatMap(([name, privacy]) => attacksHtml(name, privacy))}</tbody>
</table>`;
}

function nearnessHtml(name: string, by: string, { views, real, copies, traced }: Nearness): Html {
  const share = `${percent(copies.share)} (${percent(copies.low)} to ${percent(copies.high)})`;
  return html`<tr><th scope="row">${name}</th><td>${by}</td><td class="number">${views.median.toFixed(3)}</td><td class="number">${views.minimum.toFixed(3)}</td><td class="number">${real.median.toFixed(3)}</td><td class="number">${share}</td><td class="number">${traced === null ? '' : percent(traced)}</td></tr>`;
}

function attacksHtml(name: string, { membership }: SetPrivacy): Html[] {
  if ('notMeasured' in membership) {
    return [
      html`<tr><th scope="row">${name}</th><td colspan="3" class="none">not measured. ${membership.notMeasured}</td></tr>`,
    ];
  }
  return [attackHtml(name, 'its images', membership.images), attackHtml(name, 'nets trained on it', membership.nets)];
}

function attackHtml(name: string, by: string, { auc, found }: Attack): Html {
  const share =
    found === null ? 'too few images' : `${percent(found.share)} (${percent(found.low)} to ${percent(found.high)})`;
  return html`<tr><th scope="row">${name}</th><td>${by}</td><td class="number">${auc.area.toFixed(2)} (${auc.low.toFixed(2)} to ${auc.high.toFixed(2)})</td><td class="number">${share}</td></tr>`;
}
