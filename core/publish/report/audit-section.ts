import { count, counted } from '../../text/format.ts';
import { AUDIT_DATA_ID, type AuditData } from './audit-data.ts';
import type { ClassToAudit, HandAudit } from './hand-audit.ts';
import { dataHtml, type Html, html } from './html.ts';
import { imageHtml } from './image.ts';

/** Classes that a digit key stands for. */
const DIGITS = 9;

/**
 * Mined images that a person marks right or wrong, and what follows for the whole mined set. `browser/audit.ts` brings it to
 * life; without a script it shows the images.
 */
export const auditSection = (runId: string, audit: HandAudit): Html | false => {
  const { classes } = audit;
  const asked = classes.filter(({ images }) => images.length > 0);
  const images = asked.reduce((sum, one) => sum + one.images.length, 0);
  return (
    images > 0 &&
    html`
<section id="audit">
<h2>Audit by hand</h2>
<p class="lead">How many pseudo-labels are right can be seen only by looking. ${counted(images, 'image')} of ${counted(asked.length, 'class', 'classes')} were drawn at random, evenly from the surest to the last one taken. Say of each whether it shows what it was taken for; skip none, say unsure instead. They stand in random order, so you may stop anywhere, best after equally many of each class.</p>
<noscript><p class="warnings">Marking needs JavaScript, which is turned off here.</p></noscript>
<details class="set" id="audit-images">
<summary><strong>Mark the images</strong> <span class="aside" data-progress>${counted(images, 'image')}</span></summary>
${keysHtml(classes)}
${asked.map((one) => classHtml(one, classes.indexOf(one)))}
<div class="audit-bar" hidden>
<p role="status" data-figure></p>
<p class="audit-actions"><button type="button" data-action="save" disabled>Save as CSV</button> <button type="button" data-action="clear" disabled>Take all marks back</button> <span class="aside" data-kept></span></p>
</div>
</details>
${resultsHtml(classes)}
<p class="aside">The saved file scores the run with <code>--pool-audit FILE</code> and the same command as before.</p>
${controlsHtml(classes)}
${dataHtml(AUDIT_DATA_ID, dataOf(runId, audit))}
</section>`
  );
};

function keysHtml(classes: readonly ClassToAudit[]): Html {
  const digits = classes.slice(0, DIGITS).map(({ name }, label) => html` <kbd>${label + 1}</kbd> ${name}`);
  return html`<p class="aside audit-keys" hidden>Keys on an image: <kbd>R</kbd> right, <kbd>W</kbd> wrong, <kbd>U</kbd> unsure; what it shows instead:${digits}. <kbd>Backspace</kbd> takes the last mark back, arrows move.</p>`;
}

function classHtml({ name, mined, images }: ClassToAudit, label: number): Html {
  const heading = `audit-class-${label}`;
  const shown = images.map(({ image }, index) => {
    const about = `${name}? Image ${index + 1} of ${images.length}`;
    return html`<figure class="audit-image">${imageHtml(image, about)}<figcaption>${name}?</figcaption></figure>`;
  });
  return html`
<div class="audit-class" role="group" aria-labelledby="${heading}" data-class="${label}">
<h3 id="${heading}">Taken for ${name} <span class="aside">${count(images.length)} of ${counted(mined, 'mined image')}</span></h3>
<div class="audit-images">${shown}</div>
<p class="audit-actions"><button type="button" data-action="rest" hidden>All others of ${name} are right</button></p>
</div>`;
}

/** Empty where the script has nothing to tell yet. */
function resultsHtml(classes: readonly ClassToAudit[]): Html {
  const cell = (name: string): Html => html`<td class="number" data-cell="${name}">–</td>`;
  const cells = ['looked', 'right', 'wrong', 'unsure', 'precision', 'interval'].map(cell);
  const rows = classes.map(
    ({ name, mined }, label) =>
      html`<tr data-class="${label}"><th scope="row">${name}</th><td class="number">${count(mined)}</td>${cells}</tr>`,
  );
  const all = classes.reduce((sum, { mined }) => sum + mined, 0);
  return html`
<div class="scroll" role="region" aria-label="Found by hand" tabindex="0" id="audit-results" hidden><table class="plain">
<caption>Found by hand. Each class counts by its share among the mined; an unsure image counts as wrong for the lower limit, as right for the upper one and half for the precision.</caption>
<thead><tr><th scope="col">class</th><th scope="col">mined</th><th scope="col">looked at</th><th scope="col">right</th><th scope="col">wrong</th><th scope="col">unsure</th><th scope="col">precision</th><th scope="col">95 % interval</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">mined set</th><td class="number">${count(all)}</td>${cells}</tr>
${isWeighted(classes) && html`<tr data-drawn><th scope="row" colspan="6">as training draws it: classes by their weights</th>${cell('precision')}${cell('interval')}</tr>`}</tfoot>
</table></div>`;
}

/** Whether training draws some classes more often than others, image by image. */
function isWeighted(classes: readonly ClassToAudit[]): boolean {
  return classes.some(({ mined, drawn }) => Math.abs(drawn - mined) > 1e-6 * mined);
}

/** What the script puts to every image. */
function controlsHtml(classes: readonly ClassToAudit[]): Html {
  const options = classes.map(({ name }, label) => html`<option value="${label}">${name}</option>`);
  return html`
<template id="audit-buttons"><div class="audit-buttons"><button type="button" data-mark="right" aria-pressed="false">Right</button><button type="button" data-mark="wrong" aria-pressed="false">Wrong</button><button type="button" data-mark="unsure" aria-pressed="false">Unsure</button></div></template>
<template id="audit-classes"><select aria-label="It shows"><option value="wrong">another class</option>${options}</select></template>`;
}

function dataOf(runId: string, { fingerprint, classes }: HandAudit): AuditData {
  return {
    storageKey: `omnidistill-audit:${runId}:${fingerprint}`,
    csvName: `audit-${runId}.csv`,
    classes: classes.map(({ name }) => name),
    mined: classes.map(({ mined }) => mined),
    drawn: classes.map(({ drawn }) => drawn),
    images: classes.flatMap(({ images }, label) => images.map(({ file }) => ({ file, label }))),
  };
}
