import { type Arm, armName, standingOf, teacherArm } from '../../contracts/arms.ts';
import { setName } from '../../contracts/names.ts';
import type { Estimate } from '../../contracts/results.ts';
import type { Mailed, Summary } from '../../contracts/summary.ts';
import { bytes, hundredths, points } from '../../text/format.ts';
import { receiverSentences } from '../receivers.ts';
import { comparisonOf, distilledSpecs } from './arms.ts';
import { type Html, html } from './html.ts';
import { mailedChart, type SizedWorth } from './mailed-chart.ts';
import { scrolling } from './scrolling.ts';

/** Something that a receiver can be sent, and what it is worth by itself. */
interface Mail extends SizedWorth {
  readonly images: number;
  readonly labels: number;
  readonly boost?: Estimate | undefined;
}

/** What each set costs to send and what a net is worth that has seen nothing else, beside the weights of a trained one. */
export const mailedSection = (summary: Summary): Html | false => {
  const { mailed } = summary;
  if (mailed === undefined || Object.keys(mailed.sets).length === 0) return false;
  return html`
<section id="mailed">
<h2>Accuracy against bytes</h2>
<p class="lead">What can be sent to somebody, and how well a net does that has nothing else: a small one trained on each set alone, or the trained net itself. The images are counted as PNG${mailed.labelled !== undefined && html` and their labels of views as they lie in <code>bank.safetensors</code>. Who has the labelled images can do with their labels alone, ${bytes(mailed.labelled)}: see <code>boost/no-pool</code>`}; weights as half floats.</p>
${Object.keys(summary.accuracy).map((benchmark) => benchmarkHtml(summary, benchmark, mailOf(summary, mailed, benchmark)))}
</section>`;
};

function mailOf(summary: Summary, mailed: Mailed, benchmark: string): Mail[] {
  const accuracy = summary.accuracy[benchmark] ?? {};
  const sets = distilledSpecs(summary).flatMap((set): Mail[] => {
    const only: Arm = { kind: 'only/<method>-ipc<k>', set };
    const [worth, sent] = [accuracy[armName(only)], mailed.sets[setName(set)]];
    if (worth === undefined || sent === undefined) return [];
    const boost = comparisonOf(summary, benchmark, armName({ kind: 'boost/<method>-ipc<k>', set }), 'primitive');
    return [{ name: setName(set), tone: standingOf(only), ...sent, size: sent.images + sent.labels, worth, boost }];
  });
  const teacher = teacherArm(summary.config);
  const worth = accuracy[teacher];
  if (worth === undefined) return sets;
  return [
    ...sets,
    { name: `${teacher}, its weights`, tone: 'ceiling', images: 0, labels: 0, size: mailed.weights, worth },
  ];
}

function benchmarkHtml(summary: Summary, benchmark: string, mail: readonly Mail[]): Html | false {
  return (
    mail.length > 0 &&
    html`
<h3>${benchmark}</h3>
${mailedChart(mail)}
${scrolling(`Accuracy against bytes on ${benchmark}`, tableHtml(mail))}
<ul>${receiverSentences(summary, benchmark, distilledSpecs(summary)).map((sentence) => html`<li>${sentence}</li>`)}</ul>`
  );
}

function tableHtml(mail: readonly Mail[]): Html {
  const cell = (value: number): string => (value === 0 ? '–' : bytes(value));
  return html`<table class="plain">
<thead><tr><th scope="col">what is sent</th><th scope="col">images</th><th scope="col">labels</th><th scope="col">together</th><th scope="col">alone, accuracy %</th><th scope="col">as a boost, points</th></tr></thead>
<tbody>${mail.map(
    ({ name, images, labels, size, worth, boost }, i) =>
      html`<tr><th scope="row">${i + 1} ${name}</th><td class="number">${cell(images)}</td><td class="number">${cell(labels)}</td><td class="number">${bytes(size)}</td><td class="number strong">${hundredths(worth.mean)}</td><td class="number">${boost === undefined ? '–' : points(boost)}</td></tr>`,
  )}</tbody>
</table>`;
}
