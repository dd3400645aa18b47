import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { ClassifierName } from '../core/artifacts/classifier.ts';
import { classifyImages } from '../core/classify/classify-images.ts';
import { openModel } from '../core/classify/open-model.ts';
import { type Input, sourcesOf } from '../core/classify/sources.ts';
import { startClassifier } from '../core/classify/start.ts';
import { resolveConfig } from '../core/contracts/presets.ts';
import { REJECTION_WORDS, type RejectionCounts, type RejectionReason } from '../core/contracts/rejections.ts';
import type { BackendName } from '../core/contracts/stats.ts';
import { rejectionLog } from '../core/data/rejections.ts';
import { EXIT_CODE, inField } from '../core/errors.ts';
import { count, counted, duration, rate } from '../core/text/format.ts';
import { type PredictFormat, predictPrinter } from './predict-output.ts';
import { terminalText } from './terminal.ts';
import { toPoolUri, toUri } from './uri.ts';

export interface PredictFlags {
  readonly csv?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly embedding?: boolean | undefined;
  readonly ensemble?: boolean | undefined;
  readonly backend?: BackendName | undefined;
}

/**
 * Prints what a model says of images: a row for each as soon as it is known, in the order of the inputs.
 * @param print - takes a line at a time, and is waited for
 * @returns how many images were classified and how many left out, and what computed
 * @throws ConfigError or DataError that names the argument
 */
export const predict = async (
  model: string,
  inputs: readonly string[],
  flags: PredictFlags,
  print: (text: string) => Promise<void> | void,
): Promise<{ readonly classified: number; readonly rejected: RejectionCounts; readonly runtime: string }> => {
  const name: ClassifierName = flags.ensemble === true ? 'ensemble' : 'student';
  const place = await toUri(model, 'MODEL');
  const found = await named('MODEL', () => openModel(place, name));
  // All of them are looked at before the first is read: a wrong one must not end the work in its middle.
  const places: Input[] = [];
  for (const typed of inputs) places.push({ typed, uri: await toPoolUri(typed, 'INPUT') });
  const sources = await sourcesOf(places, (work) => named('INPUT', work));
  const asked = await startClassifier(found, { backend: flags.backend, threads: availableParallelism() });
  const { classes, size, channels, embeddingSize, seeds } = found.card;
  const format: PredictFormat = flags.csv === true ? 'csv' : flags.json === true ? 'json' : 'text';
  const width = flags.embedding === true ? embeddingSize * seeds.length : undefined;
  const printer = predictPrinter(format, classes, width, inputs.length > 1);
  const rejected = rejectionLog(0);
  let classified = 0;
  try {
    if (printer.head !== '') await print(printer.head);
    const { limits } = resolveConfig('standard');
    for (const { typed, shards } of sources) {
      let row = 0;
      for await (const item of classifyImages(shards, asked, { size, channels }, limits)) {
        if (item.kind === 'rejected') rejected.add(item.rejection);
        else classified += 1;
        const input = typed[typed.length === 1 ? 0 : row]!;
        row += 1;
        await print(printer.line({ input, item }));
      }
    }
  } finally {
    await asked.dispose();
  }
  return { classified, rejected: rejected.soFar().counts, runtime: asked.runtime };
};

/** The command: rows on standard output, what they add up to on standard error. */
export const runPredict = async (model: string, inputs: readonly string[], flags: PredictFlags): Promise<void> => {
  // Whoever reads the rows may have seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const began = performance.now();
  const { classified, rejected, runtime } = await predict(model, inputs, flags, async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  const seconds = (performance.now() - began) / 1000;
  const reasons = (Object.entries(rejected) as [RejectionReason, number][]).map(
    ([reason, images]) => `${REJECTION_WORDS[reason]} ${count(images)}`,
  );
  const left = reasons.length === 0 ? '' : `; left out: ${reasons.join(', ')}`;
  const words = `${counted(classified, 'image')} in ${duration(seconds)} (${rate(classified / seconds)}) by ${runtime}${left}`;
  process.stderr.write(`${terminalText(words)}\n`);
  if (classified === 0) process.exitCode = EXIT_CODE.data;
};

async function named<T>(argument: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inField(argument, error);
  }
}
