import { type ArmName, controlsOf, parseArm } from '../../contracts/arms.ts';
import type { Comparison } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { hundredths } from '../../text/format.ts';
import { comparisonOf } from './arms.ts';
import { type Html, html } from './html.ts';
import { scrolling } from './scrolling.ts';

/** What stands behind the means of some arms: every seed, and what the sign-flip test makes of them. */
export const seedsHtml = (summary: Summary, benchmark: string, names: readonly ArmName[]): Html => {
  const rows = names.map((name) => {
    const bySeed = summary.accuracy[benchmark]![name]!.values.map((value) => hundredths(value)).join(', ');
    const [control] = controlsOf(parseArm(name));
    const tests = ['primitive', control].map(
      (reference) => html`<td class="number">${chanceOf(comparisonOf(summary, benchmark, name, reference))}</td>`,
    );
    return html`<tr><th scope="row">${name}</th><td class="number">${bySeed}</td>${tests}</tr>`;
  });
  return html`<details class="more">
<summary>Seed by seed, with p-values</summary>
${scrolling(
  `Seed by seed on ${benchmark}`,
  html`<table class="plain">
<caption>p of the exact sign-flip test over seeds; after Holm’s correction where a comparison was planned.</caption>
<thead><tr><th scope="col">arm</th><th scope="col">accuracy % by seed</th><th scope="col">p, over the primitive</th><th scope="col">p, over its control</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
)}
</details>`;
};

function chanceOf(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '–';
  const { p, pHolm } = comparison;
  return `${p.toPrecision(2)}${pHolm === undefined ? '' : ` (${pHolm.toPrecision(2)} after Holm)`}`;
}
