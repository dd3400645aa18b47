import { classifierFiles } from '../../artifacts/classifier.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Summary } from '../../contracts/summary.ts';
import type { ClassifierCard } from '../../nets/classifier.ts';
import { bytes, count, counted, hundredths, listed } from '../../text/format.ts';
import { markdownText } from '../../text/printable.ts';
import { browserLines, nodeLines, PYTORCH_MODULE, pythonLines, pytorchLines } from './model-code.ts';
import type { ReleasedModels } from './model-files.ts';
import { modelResults } from './model-results.ts';
import type { ReleaseFile } from './set-files.ts';

/** `MODEL.md` of the release: what its classifiers are, how to use them, and how far they can be believed. */
export const modelCard = (evaluation: ReleaseEval, summary: Summary, models: ReleasedModels): string => {
  const { classifiers, files, trainedOn } = models;
  const { card } = classifiers.student;
  const { tensors, onnx, tfjs } = classifierFiles('student');
  return `# Classifiers of run ${markdownText(evaluation.runId)}

A net that tells ${counted(card.classes.length, 'class', 'classes')} apart: ${listed(card.classes.map(markdownText))}. ${learned(summary)}

| file | holds |
| --- | --- |
${files.map(({ path, bytes: { length } }) => `| \`${path}\` | ${holds(path)}, ${bytes(length)} |`).join('\n')}

${whichNets(classifiers)} All forms of one say the same to 0.0001.

## Use

\`\`\`
npx omnidistill predict RELEASE_DIR image.jpg folder/ shards.tar --csv
\`\`\`

Python, onnxruntime:

${fenced('python', pythonLines(onnx.key))}

Node, onnxruntime-node and sharp:

${fenced('js', nodeLines(onnx.key, card))}

A page, TensorFlow.js:

${fenced('js', browserLines(tfjs.model, card))}

PyTorch, by a class that runs the graph in the file's metadata:

${fenced('python', PYTORCH_MODULE)}

${fenced('python', pytorchLines(tensors.key))}

## What it takes and gives

${takes(card)}

## How good it is

${modelResults(evaluation, models)}

## What it learned from

${learnedFrom(summary, trainedOn)}

## Limits

* It knows its classes and nothing else: an image of something else is given one of them as well, at times with a high probability.
* Its probabilities are calibrated on images like the labelled set (temperature ${card.temperature.toFixed(3)}, by cross-fitting). On images of
  another kind they promise too much.
* ${precisionOf(summary)}
* Where a benchmark does not say whom its images show, nothing is known of how it does on single groups of people, and this one was
  measured on none. A class is what the labelled set calls so: it is no truth about the person in an image.
* Whoever has a net can try to tell whether an image was among those that it learned from. The run measured that for its distilled sets and not for
  the nets: give them away as you would give away what is known of the labelled images.
* Rights in the pool's images and the rights of the people on them may reach into the nets: they state no licence of their own.
`;
};

function holds(path: ReleaseFile['path']): string {
  if (path.endsWith('.onnx')) return 'ONNX, opset 13';
  if (path.endsWith('.bin')) return 'the weights of that';
  return path.endsWith('.json')
    ? 'TensorFlow.js graph model'
    : 'tensors; graph, classes and temperature in the metadata';
}

function whichNets({ student, ensemble }: ReleasedModels['classifiers']): string {
  const { role, seeds } = student.card;
  const one = `\`student\` is the net \`${role}\` of seed ${seeds[0]}, the first: none was picked by what it says of a benchmark.`;
  if (ensemble === undefined) return one;
  return (
    `${one} \`ensemble\` is the mean of the ${ensemble.card.seeds.length} nets of all seeds, which labelled what the distilled sets hold: it ` +
    'takes as many times as long, and is the better teacher.'
  );
}

function learned({ mined, config, backbone }: Summary): string {
  const others =
    backbone === undefined ? '' : ' A model of somebody else helped to choose these; it is no part of the net.';
  return (
    `It learned from a few labelled images and from ${count(mined.mined)} that were mined out of a pool of ${count(mined.poolImages)}` +
    `${config.student.consistency.steps > 0 ? ', then from varied images of the pool' : ''}.${others}`
  );
}

function takes({ size, channels, classes, embeddingSize, deviationFloor, mirror }: ClassifierCard): string {
  const colour =
    channels === 1
      ? 'grey, (19595 R + 38470 G + 7471 B + 32768) >> 16 of the sized image (Rec. 601, as Pillow makes it)'
      : 'RGB';
  return `* \`pixels\` \`[n, ${size}, ${size}, ${channels}]\`, rows first, 0 to 255: bytes for ONNX, floats for TensorFlow.js, either for PyTorch. n is any number.
* How an image becomes these: turned as its EXIF says, transparency on white, sRGB; cropped to the square in its middle and resized by Lanczos to
  ${size} × ${size} in 8 bits; ${colour}. Another resampling gives other answers.
* Everything after that is inside: each image less its mean, divided by its deviation over all its values (at least ${deviationFloor} × 255)${mirror ? ', seen with its\n  mirror' : ''}. Convolutions of stride 2 are padded as TensorFlow does, more at the end.
* \`probabilities\` \`[n, ${classes.length}]\`, calibrated, rows sum to 1, in the order above; \`logits\` \`[n, ${classes.length}]\` before the temperature;
  \`embedding\` \`[n, ${embeddingSize}]\`, of an ensemble the embeddings of its nets side by side.`;
}

function learnedFrom({ mined }: Summary, { labelled, mined: learned }: ReleasedModels['trainedOn']): string {
  const byClass = Object.entries(mined.byClass).map(([name, number]) => `${markdownText(name)} ${count(number)}`);
  return `* ${counted(labelled, 'labelled image')}.
* ${counted(learned, 'mined image')}, with labels that a net gave them: ${byClass.join(', ')}. \`mined/mined.parquet\` names them.
* No image of a benchmark, as far as equal pixels and the search for copies tell.`;
}

function precisionOf({ mined }: Summary): string {
  const audited =
    mined.audit === undefined
      ? 'nobody has audited them'
      : `an audit found ${hundredths(mined.audit.precision)} % right`;
  return `Of the mined images' labels the miner expects ${hundredths(mined.expectedPrecision)} % to be right; ${audited}. What it took wrong, the nets may have learned.`;
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
