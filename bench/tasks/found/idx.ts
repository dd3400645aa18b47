import { encodePng } from '../../../core/format/png.ts';
import { random } from '../../../core/tensor/random.ts';
import type { TaskData, TaskImage } from '../task.ts';

/** 8-bit numbers in a block, as the files of MNIST hold them. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTES = 8;

/**
 * Reads an IDX file of unsigned bytes.
 * @throws TypeError where it is none, or shorter than its header says
 */
export const decodeIdx = (bytes: Buffer): Idx => {
  const [zero, kind, rank] = [bytes.readUInt16BE(0), bytes[2], bytes[3]!];
  if (zero !== 0 || kind !== UNSIGNED_BYTES) throw new TypeError('Not an IDX file of unsigned bytes.');
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * rank);
  const values = shape.reduce((product, length) => product * length, 1);
  if (data.length !== values) throw new TypeError(`The IDX file has ${data.length} values and needs ${values}.`);
  return { shape, data };
};

/** Images with their labels: `[count, side, side]` and `[count]`. */
export interface IdxSet {
  readonly images: Idx;
  readonly labels: Idx;
}

export interface IdxSplit {
  readonly classes: readonly string[];
  readonly labelledPerClass: number;
  readonly pool: number;
  readonly benchmark: number;
}

/** Labelled set and pool from the training images, the benchmark from the test images; all of them chosen at random. */
export const splitIdx = (
  training: IdxSet,
  test: IdxSet,
  split: IdxSplit,
  stream: readonly (string | number)[],
): TaskData => {
  const order = [...random(...stream, 'training').permutation(training.labels.data.length)];
  const taken = split.classes.map(() => 0);
  const [labelled, rest]: [number[], number[]] = [[], []];
  for (const i of order) {
    const label = training.labels.data[i]!;
    if (taken[label]! >= split.labelledPerClass) rest.push(i);
    else {
      taken[label]! += 1;
      labelled.push(i);
    }
  }
  const held = [...random(...stream, 'test').permutation(test.labels.data.length)].slice(0, split.benchmark);
  return {
    labelled: labelled.map((i) => imageOf(training, i, split.classes)),
    pool: rest.slice(0, split.pool).map((i) => imageOf(training, i, split.classes)),
    benchmark: held.map((i) => imageOf(test, i, split.classes)),
  };
};

function imageOf({ images, labels }: IdxSet, i: number, classes: readonly string[]): TaskImage {
  const [, height = 0, width = 0] = images.shape;
  const pixels = images.data.subarray(i * height * width, (i + 1) * height * width);
  return { label: classes[labels.data[i]!]!, png: encodePng(pixels, width, height, 1) };
}
