import { encodePng } from '../../../core/format/png.ts';
import { shuffled, takeByClass } from '../select.ts';
import type { Stream, TaskData, TaskImage } from '../task.ts';

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
export const splitIdx = (training: IdxSet, test: IdxSet, split: IdxSplit, stream: Stream): TaskData => {
  const { taken, rest } = takeByClass(
    shuffled(placesOf(training, split.classes), [...stream, 'training']),
    () => split.labelledPerClass,
  );
  const held = shuffled(placesOf(test, split.classes), [...stream, 'test']);
  return {
    labelled: taken.map(imageOf),
    pool: rest.slice(0, split.pool).map(imageOf),
    benchmark: held.slice(0, split.benchmark).map(imageOf),
  };
};

/** An image that is not encoded yet: most of them are not wanted. */
interface Place {
  readonly label: string;
  readonly images: Idx;
  readonly index: number;
}

function placesOf({ images, labels }: IdxSet, classes: readonly string[]): Place[] {
  return Array.from(labels.data, (label, index) => ({ label: classes[label]!, images, index }));
}

function imageOf({ label, images, index }: Place): TaskImage {
  const [, height = 0, width = 0] = images.shape;
  const pixels = images.data.subarray(index * height * width, (index + 1) * height * width);
  return { label, png: encodePng(pixels, width, height, 1) };
}
