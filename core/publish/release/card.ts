import { hasBanks } from '../../contracts/config.ts';
import { isBaseline, METHOD_NAMES, METHODS } from '../../contracts/methods.ts';
import { MINING_SCORES } from '../../contracts/mining-scores.ts';
import { setName } from '../../contracts/names.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Verdict } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { backboneName } from '../../text/backbone.ts';
import { counted, hundredths, percent, points } from '../../text/format.ts';
import { markdownText } from '../../text/printable.ts';
import { privacySentences } from '../../text/privacy.ts';
import { verdictSentence } from '../../text/verdict.ts';
import { auditWords } from '../audit/words.ts';
import { filledSets } from '../filled-sets.ts';
import { receiverSentences } from '../receivers.ts';
import { cardHeader } from './card-header.ts';
import { loadingLines } from './card-loading.ts';

const BASELINES = METHOD_NAMES.filter(isBaseline).join(', ');

/**
 * `README.md` of the release: a dataset card.
 * @param views - images that nets learn from, in all distilled sets together
 */
export const releaseCard = (evaluation: ReleaseEval, summary: Summary, views: number): string => {
  const sets = evaluation.sets.map(setName);
  return `${cardHeader(evaluation, summary, views)}

# Distilled set of run ${markdownText(evaluation.runId)}

${sets.length === 0 ? 'This run made no distilled set.' : `Distilled sets: ${sets.join(', ')}.`} Classes: ${evaluation.classes.map(markdownText).join(', ')}.
They were made from ${summary.mined.mined} images that a model trained on few labels mined out of a pool of ${summary.mined.poolImages}.
${precision(summary)}${backbone(summary)}
${verdictSentence(summary.verdict)}

## Rights and people

**The images are made from real pool images.** Rights in the pool's images and the rights of the people on them
therefore reach into this release. It states no licence: who publishes it must hold those rights, or not publish it.
\`made_from\` in each \`train/metadata.jsonl\` names the pool images.${filledUp(summary)} The baselines (${BASELINES}), which are selections of
whole pool images, are not part of the release; their numbers are.

${tracesIn(evaluation)}

${privacyIn(evaluation, summary)}

## Files

| file | holds |
| --- | --- |
| \`<set>/train.parquet\` | its views in 8 bits, one by one, with class, soft label and where they came from: what \`load_dataset\` gives |
| \`<set>/train/<class>/*.png\` | the same views as files; \`train/metadata.jsonl\` has a line for each |
| \`<set>/images.safetensors\`, \`<set>/labels.safetensors\` | the exact floats that the numbers below were measured with |
${banks(evaluation)}| \`<set>/privacy.json\` | how near the images come to real ones, and whether the set tells what it was made from |
| \`<set>/set.json\`, \`<set>/normalization.json\` | classes, views and normalisation |
| \`mined/mined.parquet\` | key, SHA-256 of the pixels, pseudo-label and its name, ${summary.mined.score.name} (${MINING_SCORES[summary.mined.score.name].about}), probability and rank of every mined image; no images |
| \`MODEL.md\`, \`model/\` | the student and the ensemble as ONNX and safetensors, the student for TensorFlow.js as well; how to use them, how good they are |
| \`croissant.json\` | what the tables hold, for libraries that know Croissant |
| \`LICENSE.md\` | that no licence is given |
| \`eval.json\` | protocol, configuration and all numbers, seed by seed |
| \`SHA256SUMS\` | \`sha256sum --check SHA256SUMS\` |

${loadingLines(evaluation)}
## What it is worth

Means over ${counted(evaluation.protocol.seeds, 'paired seed')}, backend ${markdownText(evaluation.backend.name)}. ${evaluation.protocol.nets}.
Sets in which chance has a part were drawn ${counted(evaluation.protocol.draws, 'time')}, and each draw was measured with every seed; this release holds the
first draw. Behind each difference stands its 95 % interval over images, seeds and draws; it is a gain or a loss where 0 lies outside.
The baselines (${BASELINES}) are selections of the same size, trained with the same recipe.

A benchmark on which anything was chosen, be it a single setting or which run to publish, proves nothing: a claim rests on one
that was opened once.

${Object.keys(evaluation.accuracy)
  .map((benchmark) => [table(evaluation, benchmark), receivers(evaluation, summary, benchmark)].join('\n\n'))
  .join('\n\n')}

What the rows mean:

${Object.entries(evaluation.protocol.arms)
  .map(([name, meaning]) => `* \`${name}\`: ${meaning}`)
  .join('\n')}

\`omnidistill verify RELEASE_DIR\` re-hashes every file and measures the \`only/\` rows again.
`;
};

/** `LICENSE.md`: where a licence is looked for, that there is none. */
export const licenceText = (runId: string): string => `# No licence is given

The images of this release (run ${markdownText(runId)}) are made from images of a pool. The rights in those images, and the rights of the people
whom they show, reach into everything here. Whoever publishes it must hold these rights, and says here on which terms it may be
used; as long as nothing else stands here, there are none. \`README.md\` tells under "Rights and people" what is left of the pool's images.
`;

/** That a set is not made of pool images alone, where it is so. */
function filledUp(summary: Summary): string {
  const filled = filledSets(summary);
  if (filled.length === 0) return '';
  const named = filled.map(
    ({ set, classes }) => `${set} (${classes.map(({ name }) => markdownText(name)).join(', ')})`,
  );
  return ` **Labelled images stand in it as well**, where too few pool images were mined of a class: in ${named.join('; ')}; there \`made_from\` says \`labelled/\`.`;
}

function banks({ config }: ReleaseEval): string {
  if (!hasBanks(config)) return '';
  return `| \`<set>/bank.safetensors\`, \`label_bank.py\` | the label bank: ${config.distill.bank.views} views of the images, varied and mixed, with a soft label each; the \`only/\` and \`boost/\` rows were trained on these; the module makes them |
| \`labelled/bank.safetensors\`, \`labelled/images.jsonl\` | the same of the labelled images, which are not part of the release, and which they are |
`;
}

function precision({ mined }: Summary): string {
  const expected = `The miner itself expects ${percent(mined.expectedPrecision)} of the pseudo-labels to be right`;
  if (mined.audit === undefined) return `${expected}; nobody has audited them.`;
  return `${expected}; an audit found ${percent(mined.audit.precision)} (${auditWords(mined.audit)}).`;
}

/** A model of somebody else that had a part in the result is named with what it can be known again by. */
function backbone({ backbone: card }: Summary): string {
  if (card === undefined) return '';
  return (
    `\nThat model is a linear head on the backbone ${markdownText(backboneName(card))} (SHA-256 \`${card.sha256}\`, output ` +
    `${markdownText(card.output)}, ${card.width} numbers an image), which others trained on data of their own: its licence and what it ` +
    'was trained on reach into this release, too.'
  );
}

/** What is left of the pool's images in the released sets, a line for each method. */
function tracesIn({ sets }: ReleaseEval): string {
  return [...new Set(sets.map(({ method }) => method))]
    .flatMap((name) => {
      const method = METHODS[name];
      return method.baseline ? [] : [`* \`${name}\`: ${method.traces}.`];
    })
    .join('\n');
}

/** What each released set tells of single real images, as it was measured. */
function privacyIn({ sets, config }: ReleaseEval, { privacy }: Summary): string {
  return sets
    .map(setName)
    .flatMap((name) =>
      privacy[name] === undefined
        ? []
        : [`* \`${name}\`: ${privacySentences(privacy[name], config.distill.matching.floor)}`],
    )
    .join('\n');
}

function receivers({ sets }: ReleaseEval, summary: Summary, benchmark: string): string {
  return receiverSentences(summary, benchmark, sets)
    .map((sentence) => `* ${sentence}`)
    .join('\n');
}

const READING: Readonly<Record<Verdict, string>> = { gain: 'gain', loss: 'loss', 'no-evidence': 'no evidence' };

function table({ accuracy, macroRecall, comparisons }: ReleaseEval, benchmark: string): string {
  const rows = Object.entries(accuracy[benchmark] ?? {}).map(([arm, { mean }]) => {
    const recall = macroRecall[benchmark]?.[arm];
    const gain = comparisons[benchmark]?.[arm]?.primitive;
    const compared = gain === undefined ? ['', ''] : [points(gain), READING[gain.verdict]];
    return `| ${[arm, hundredths(mean), recall === undefined ? '' : hundredths(recall.mean), ...compared].join(' | ')} |`;
  });
  return [
    `### Benchmark ${markdownText(benchmark)}`,
    '',
    '| arm | accuracy % | macro recall % | over the primitive, points | reading |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
