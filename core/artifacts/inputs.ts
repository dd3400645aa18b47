import { Colours } from '../contracts/colours.ts';
import { DomainGap } from '../contracts/gate.ts';
import { inputsFolder } from '../contracts/keys.ts';
import { MirrorTest } from '../contracts/mirror.ts';
import type { Plan } from '../contracts/plan.ts';
import { decodeImageSet, encodeImageSet, type ImageSet } from '../data/image-set.ts';
import type { Images } from '../data/images.ts';
import { OmnidistillError } from '../errors.ts';
import { readOneTensor } from '../format/safetensors.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, json, unfit } from './artifact.ts';
import { imagesIn } from './job.ts';

const imageSet = { encode: encodeImageSet, decode: decodeImageSet };

/** The decoded labelled set. */
export const labelledSetFile = (runId: string): Artifact<ImageSet> =>
  artifact(`${inputsFolder(runId)}/labelled.safetensors`, imageSet);

/**
 * Labels of the labelled set: a function that needs no more does not read the pixels.
 * @throws DataError where there is no labelled set, or an object that is none
 */
export async function readLabels(store: Store, runId: string): Promise<Int32Array> {
  const { key } = labelledSetFile(runId);
  try {
    const { data } = await readOneTensor((from, to) => store.range(key, from, to), 'labels');
    if (data instanceof Int32Array) return data;
    throw new TypeError('Not an image set: needs int32 "labels"');
  } catch (error) {
    throw error instanceof OmnidistillError ? error : unfit(store, key, error);
  }
}

/**
 * A decoded benchmark. Selection must not read one. Its hashes and thumbnails are read for a guard, which takes copies of its
 * images away from what is learned from and chooses nothing among the others.
 */
export const benchmarkFile = (runId: string, name: string): Artifact<ImageSet> =>
  artifact(`${inputsFolder(runId)}/benchmark-${name}.safetensors`, imageSet);

/** Images from all over the pool, read before anything is trained. */
export const poolPreviewFile = (runId: string): Artifact<Images<Uint8Array>> =>
  artifact(
    `${inputsFolder(runId)}/pool-preview.safetensors`,
    imagesIn('pixels', Uint8Array, 'Images need uint8 "pixels".'),
    { scratch: true },
  );

/** How easily labelled images and those of the preview are told apart; there is none where they are too few. */
export const domainGapFile = (runId: string): Artifact<DomainGap> =>
  artifact(`${inputsFolder(runId)}/domain-gap.json`, json(DomainGap));

/** Why the run sees grey or colour; there is none where a person has said which. */
export const coloursFile = (runId: string): Artifact<Colours> =>
  artifact(`${inputsFolder(runId)}/colours.json`, json(Colours));

/** Why the run mirrors images or does not; there is none where a person has said which. */
export const mirrorFile = (runId: string): Artifact<MirrorTest> =>
  artifact(`${inputsFolder(runId)}/mirror.json`, json(MirrorTest));

/** All decoded benchmarks of a run by name. */
export async function readBenchmarks(store: Store, { runId, benchmarks }: Plan): Promise<Map<string, ImageSet>> {
  const names = Object.keys(benchmarks);
  const sets = await Promise.all(names.map((name) => benchmarkFile(runId, name).read(store)));
  return new Map(names.map((name, i) => [name, sets[i]!]));
}
