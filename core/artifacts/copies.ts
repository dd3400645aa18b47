import { CopyCard, DuplicateCards } from '../contracts/copies.ts';
import { inputsFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import type { NamedThumbnails } from '../copies/thumbnails.ts';
import { decodeSafetensors, encodeSafetensors } from '../format/safetensors.ts';
import { type Artifact, artifact, type Codec, json } from './artifact.ts';

const namedThumbnails: Codec<NamedThumbnails> = {
  encode: ({ count, size, pixels, keys }) =>
    encodeSafetensors({ pixels: { shape: [count, size, size], data: pixels } }, { keys: JSON.stringify(keys) }),
  decode: (bytes) => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const { shape = [], data } = tensors.pixels ?? {};
    if (!(data instanceof Uint8Array)) throw new TypeError('Thumbnails need uint8 "pixels".');
    const keys = JSON.parse(metadata.keys ?? '[]') as string[];
    return { count: shape[0]!, size: shape[1]!, channels: 1, pixels: data, keys };
  },
};

/** The objects by which copies of benchmark images are found. */
export interface CopyFiles {
  /** From which likeness on an image is a copy. */
  readonly card: Artifact<CopyCard>;
  /** All benchmark images in small and without their labels, made once for all shards. */
  readonly thumbnails: Artifact<NamedThumbnails>;
}

export const copyFiles = (runId: string): CopyFiles => ({
  card: artifact(`${inputsFolder(runId)}/copies.json`, json(CopyCard)),
  thumbnails: artifact(`${inputsFolder(runId)}/benchmark-thumbnails.safetensors`, namedThumbnails, { scratch: true }),
});

/** From which likeness on a run asks for images to be taken for copies; null where it looks for none. */
export const askedLikeness = ({ config, benchmarks }: Plan): number | null =>
  Object.keys(benchmarks).length === 0 ? null : config.mining.nearBenchmark;

/** How copies of labelled images and within the pool are told. Absent where the run looks for none, and in older runs. */
export const duplicateCardsFile = (runId: string): Artifact<DuplicateCards> =>
  artifact(`${inputsFolder(runId)}/duplicates.json`, json(DuplicateCards));
