import { type Arm, armName, ceilingsOf } from '../../contracts/arms.ts';
import { METHODS } from '../../contracts/methods.ts';
import type { SetSpec } from '../../contracts/names.ts';
import type { Summary } from '../../contracts/summary.ts';
import { counted, hundredths, percent, points, signedPoints } from '../../text/format.ts';
import { comparisonOf, shortName } from './arms.ts';
import { foldedClasses } from './fold.ts';
import { type Html, html } from './html.ts';
import { imageHtml } from './image.ts';
import type { ShownImage, ShownSet } from './shown-sets.ts';

const CLASSES_NAMED = 3;

/** The likeliest classes of a soft label: `happy 83 %, neutral 10 %, sad 4 %` */
export const topClasses = (label: readonly number[], classes: readonly string[]): string =>
  label
    .map((share, index) => ({ share, name: classes[index] ?? String(index) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, CLASSES_NAMED)
    .map(({ share, name }) => `${name} ${hundredths(share, 0)} %`)
    .join(', ');

/** The images of every distilled set; the baselines' are folded away. */
export const distilledSection = (summary: Summary, sets: readonly ShownSet[]): Html | false =>
  sets.length > 0 &&
  html`
<section id="distilled">
<h2>Distilled images</h2>
<p class="lead">Each of these sets stands for the whole mined set. Tick “Show soft labels” to read them below the images. Beside each class stands how many of its views the teachers take for that class.</p>
${sets.map((set) => setHtml(summary, set))}
</section>`;

function setHtml(summary: Summary, set: ShownSet): Html {
  const { classes } = summary;
  const { baseline, about } = METHODS[set.spec.method];
  const standing = baseline ? 'baseline' : 'ours';
  const most = Math.max(1, ...set.byClass.map(({ length }) => length));
  const rows = set.byClass.map((images, label) => {
    const name = classes[label] ?? String(label);
    const shown = images.map((one) => imageLabelHtml(one, name, classes));
    const agreed = set.agreement[name];
    const share = agreed !== undefined && html` <span class="aside">${percent(agreed, 0)}</span>`;
    return html`<div class="row"><h4>${name}${share}</h4><div class="images">${shown}</div></div>`;
  });
  const left = set.images - set.byClass.reduce((sum, { length }) => sum + length, 0);
  return html`
<details class="set"${!baseline && html` open`}>
<summary><h3>${set.name}</h3> <span class="tag ${standing}">${standing}</span> <span class="aside">${counted(set.images, 'image')}: ${about}</span></summary>
${resultHtml(summary, set.spec)}
<input type="checkbox" class="show" id="labels-${set.name}"><label for="labels-${set.name}">Show soft labels</label>
${foldedClasses(rows, most < 3 ? 'rows few' : 'rows')}
${left > 0 && html`<p class="aside">${counted(left, 'more image')} in the run’s folder, distilled/${set.name}/draw-0.</p>`}
</details>`;
}

/** An image with what its views are taken for: said by a screen reader, and shown below it where a reader asks for it. */
function imageLabelHtml({ image, labels }: ShownImage, name: string, classes: readonly string[]): Html {
  const tops = labels.map((label) => topClasses(label, classes));
  const views = tops.length === 1 ? tops : tops.map((view, index) => `view ${index + 1}: ${view}`);
  const about = `made for ${name}: ${views.join('; ')}`;
  return html`<figure>${imageHtml(image, about)}<figcaption class="told">${views.map((view) => html`<span>${view}</span>`)}</figcaption></figure>`;
}

function resultHtml(summary: Summary, set: SetSpec): Html {
  const boost: Arm = { kind: 'boost/<method>-ipc<k>', set };
  const cells = Object.keys(summary.accuracy).flatMap((benchmark) => {
    const only = summary.accuracy[benchmark]?.[armName({ kind: 'only/<method>-ipc<k>', set })];
    const boosted = comparisonOf(summary, benchmark, armName(boost), 'primitive');
    if (only === undefined || boosted === undefined) return [];
    const ceilings = ceilingsOf(boost).flatMap((ceiling) => {
      const reached = comparisonOf(summary, benchmark, ceiling, 'primitive');
      return reached === undefined ? [] : [`${shortName(ceiling)} ${signedPoints(reached.mean)}`];
    });
    return [
      html`<span>${benchmark}: alone ${hundredths(only.mean)} %, boost ${points(boosted)} points${ceilings.length > 0 && ` (ceilings: ${ceilings.join(', ')})`}</span>`,
    ];
  });
  return html`<p class="results">${cells}</p>`;
}
