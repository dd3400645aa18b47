import type { MinedSet } from '../artifacts/mined.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { ImageSet } from '../data/image-set.ts';
import { concatImages, type Images, selectImages, toFloats } from '../data/images.ts';
import { pack } from '../data/views.ts';
import type { Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { type Random, random } from '../tensor/random.ts';
import type { ClassMaterial } from './material.ts';
import { packableFirst } from './packable.ts';
import { embed } from './teacher.ts';

/** What a run gives to distil from. */
export interface DistillInput {
  readonly config: RunConfig;
  readonly classes: readonly string[];
  readonly labelled: ImageSet;
  readonly mined: MinedSet;
  /** The students of all seeds: their mean gives the soft labels, the first one the embeddings. */
  readonly teachers: readonly Weights[];
  /** The nets whose features are matched; none for a method that matches none. */
  readonly featureNets: readonly Weights[];
  /** The primitives of all seeds; none for a method that does not ask them. */
  readonly primitives: readonly Weights[];
  /** @default a set that has to be made in one go */
  readonly checkpointer?: Checkpointer | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/** One set that a method is asked for. */
export interface DistillTask extends DistillInput {
  /** Images of each class. */
  readonly ipc: number;
  /** Which of the set's draws: chance takes another turn in each. */
  readonly draw: number;
  /** Views along each side of an image. */
  readonly factor: number;
  /** What each class has to offer, in the order of the run's classes. */
  readonly material: readonly ClassMaterial[];
}

/** What a method makes. */
export interface DistilledPixels {
  /** `ipc` images of each class, class by class. */
  readonly images: Images<Float32Array>;
  /** Keys of the images that each of them was made from, view by view. */
  readonly provenance: string[][];
  /** Those images, one a view: what the teachers see best. @default the views themselves */
  readonly sources?: Images<Uint8Array> | undefined;
  /** `[views, classes]`, where they are learned. @default what the teachers say of the sources */
  readonly labels?: Float32Array | undefined;
  /** Of the steps of plain gradient descent that it was made for, one after the other. @default it was made for no number of them */
  readonly stepSizes?: readonly number[] | undefined;
}

/** A file in `methods/` exports this as `distil`. */
export type Distil = (task: DistillTask) => Promise<DistilledPixels>;

/**
 * Chooses rows of a class's material: at most `wanted`, in the order in which they fill the views. Fewer are the first of more.
 */
type Choose = (material: ClassMaterial, wanted: number) => readonly number[] | Promise<readonly number[]>;

/** A set of chosen images, packed into views; where a class has too few, its own are repeated. */
export async function assemble(task: DistillTask, choose: Choose): Promise<DistilledPixels> {
  const { ipc, factor, material, teachers } = task;
  const views = factor ** 2;
  const wanted = ipc * views;
  const parts: Images<Uint8Array>[] = [];
  const provenance: string[][] = [];
  for (const one of material) {
    const chosen =
      factor === 1
        ? await choose(one, wanted)
        : await packableFirst(one, await choose(one, one.count), wanted, factor, teachers[0]!);
    const rows = cycled(chosen, wanted);
    parts.push(selectImages(one, rows));
    for (let i = 0; i < ipc; i++) {
      provenance.push(rows.slice(i * views, (i + 1) * views).map((row) => one.keys[row]!));
    }
  }
  const sources = concatImages(parts);
  return { images: pack(toFloats(sources), factor), provenance, sources };
}

/** A set of images drawn by chance. @param stream - sets of one stream, size and draw are drawn alike */
export function assembleRandom(task: DistillTask, stream: string): Promise<DistilledPixels> {
  return assemble(task, ({ label, count }, wanted) =>
    selectRandom(count, wanted, random(task.config.seed, stream, task.ipc, task.draw, label)),
  );
}

/**
 * A set of images chosen by their embeddings.
 * @param select - at most k rows of `[n, width]`
 */
export function assembleEmbedded(
  task: DistillTask,
  select: (embeddings: Float32Array, width: number, k: number) => readonly number[],
): Promise<DistilledPixels> {
  return assemble(task, async (material, wanted) => {
    const embeddings = await embed(task.teachers[0]!, material);
    return select(embeddings, embeddings.length / material.count, wanted);
  });
}

/** k rows at random, or all of them. */
export function selectRandom(count: number, k: number, draw: Random): number[] {
  return [...draw.permutation(count).slice(0, k)];
}

/** k rows: each once where there are enough, else all of them over and over. */
export function cycled(rows: readonly number[], k: number): number[] {
  return Array.from({ length: k }, (_, i) => rows[i % rows.length]!);
}
