import { METHODS } from '../../contracts/methods.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count, counted, hundredths, points } from '../../text/format.ts';
import { verdictSentence } from '../../text/verdict.ts';
import { comparisonOf } from './arms.ts';
import { type BriefFacts, briefOf } from './brief.ts';
import { briefSection } from './brief-section.ts';
import { controlSentence, distilledSentence, gainSentence, warningsOf } from './findings.ts';
import { type Html, html } from './html.ts';

/**
 * The run in plain words, what was gained on each benchmark with its uncertainty, and what speaks against it.
 * @param facts - images of the labelled set and of each benchmark
 */
export const headlineSection = (summary: Summary, facts: Omit<BriefFacts, 'warnings'>): Html => {
  const { classes, mined, config } = summary;
  const drawn = config.draws > 1 && config.distill.methods.some((method) => METHODS[method].drawn);
  const warnings = warningsOf(summary);
  const cards = Object.keys(summary.accuracy).map((benchmark) =>
    benchmarkCard(summary, benchmark, facts.benchmarks[benchmark] ?? 0),
  );
  return html`
<header>
<p class="kicker">omnidistill · run ${summary.runId}</p>
<h1>What the pool was worth</h1>
${briefSection(briefOf(summary, { ...facts, warnings: warnings.length }))}
</header>
<div class="cards">${cards}</div>
${warningList(warnings)}
<div class="method">
<p><strong>Without any benchmark.</strong> ${verdictSentence(summary.verdict)}</p>
<p><strong>How to read it.</strong> ${count(mined.mined)} of ${counted(mined.poolImages, 'readable pool image')} were mined into ${counted(classes.length, 'class', 'classes')}. Every number is a mean over ${counted(config.seeds, 'seed')}${drawn && `, crossed with ${counted(config.draws, 'draw')} of every set in which chance has a part`}. Differences are paired, image by image and seed by seed; their 95 % intervals cover that images, seeds and draws could have been others, and one that holds 0 is called no evidence. A benchmark on which anything was chosen, be it a single setting, proves nothing: a claim rests on one that was opened once.</p>
</div>`;
};

function benchmarkCard(summary: Summary, benchmark: string, images: number): Html {
  const { primitive, omni } = summary.accuracy[benchmark] ?? {};
  const gain = comparisonOf(summary, benchmark, 'omni', 'primitive');
  const control = controlSentence(summary, benchmark);
  const recall = summary.macroRecall[benchmark];
  const distilled = distilledSentence(summary, benchmark);
  const verdict = gain?.verdict ?? 'no-evidence';
  return html`
<article class="card ${verdict}">
<h2><span class="kicker">benchmark</span> ${benchmark} <span class="aside">${counted(images, 'image')}</span></h2>
${primitive && omni && html`<p class="figure"><span>${hundredths(primitive.mean)}</span> <span class="arrow">→</span> <span class="now">${hundredths(omni.mean)}</span> <span class="unit">% accuracy</span></p>`}
<p class="verdict">${gainSentence(summary, benchmark)}</p>
${gain && recall?.primitive && recall.omni && html`<p>Macro recall, to which every class counts alike: ${hundredths(recall.primitive.mean)} → ${hundredths(recall.omni.mean)} %, ${points(gain.macroRecall)} points.</p>`}
${control && html`<p>${control}</p>`}
${distilled && html`<p>${distilled}</p>`}
</article>`;
}

function warningList(warnings: readonly string[]): Html | false {
  return (
    warnings.length > 0 &&
    html`
<aside class="warnings" aria-label="Warnings">
<h2>Before you rely on this</h2>
<ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>
</aside>`
  );
}
