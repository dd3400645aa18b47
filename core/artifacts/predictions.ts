import type { ArmName } from '../contracts/arms.ts';
import { evaluationFolder } from '../contracts/keys.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../format/safetensors.ts';
import { sha256 } from '../format/sha256.ts';
import { type Artifact, artifact } from './artifact.ts';

/** Everything that an arm's nets said of one benchmark. */
export interface BenchmarkPredictions {
  readonly seeds: number;
  readonly draws: number;
  readonly images: number;
  readonly classes: number;
  /** `[seeds, draws, images, classes]` in half precision; images in the order of the decoded benchmark. */
  readonly probabilities: Float32Array;
  /** True labels: `[images]` */
  readonly labels: Int32Array;
  /** What tells which images these are, in their order: `orderOf` their hashes. */
  readonly order: string;
}

/** Predictions by benchmark. */
export type Predictions = ReadonlyMap<string, BenchmarkPredictions>;

/**
 * Every prediction behind an arm's numbers. Of each benchmark: `<name>/probabilities` F16 `[seeds, draws, images, classes]`,
 * `<name>/labels` I32 `[images]`, and in the metadata `<name>/order`.
 */
export const predictionsFile = (runId: string, arm: ArmName): Artifact<Predictions> =>
  artifact(`${evaluationFolder(runId, arm)}/predictions.safetensors`, { encode, decode });

/** SHA-256 over the images' own SHA-256, a line each: equal only for the same images in the same order. */
export const orderOf = (hashes: readonly string[]): string =>
  sha256(Buffer.from(hashes.map((one) => `${one}\n`).join('')));

function encode(predictions: Predictions): Buffer {
  const tensors: Record<string, NamedTensor> = {};
  const metadata: Record<string, string> = {};
  for (const [name, one] of predictions) {
    const { seeds, draws, images, classes, probabilities, labels, order } = one;
    tensors[`${name}/probabilities`] = { shape: [seeds, draws, images, classes], data: probabilities, dtype: 'F16' };
    tensors[`${name}/labels`] = { shape: [images], data: labels };
    metadata[`${name}/order`] = order;
  }
  return encodeSafetensors(tensors, metadata);
}

function decode(bytes: Buffer): Predictions {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const found = Object.entries(metadata).map(([key, order]) => {
    const name = key.slice(0, key.lastIndexOf('/'));
    const [probabilities, labels] = [tensors[`${name}/probabilities`], tensors[`${name}/labels`]];
    if (!(probabilities?.data instanceof Float32Array) || !(labels?.data instanceof Int32Array)) {
      throw new TypeError(`Predictions need float16 "${name}/probabilities" and int32 "${name}/labels".`);
    }
    const [seeds = 0, draws = 0, images = 0, classes = 0] = probabilities.shape;
    const one = { seeds, draws, images, classes, probabilities: probabilities.data, labels: labels.data, order };
    return [name, one] as const;
  });
  return new Map(found);
}
