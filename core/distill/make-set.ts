import type { RunConfig } from '../contracts/config.ts';
import type { DistilledSet } from '../contracts/distilled.ts';
import { isBaseline, type SetSpec, setName } from '../contracts/names.ts';
import type { ImageSet } from '../data/image-set.ts';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import type { Weights } from '../nets/weights.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { type Random, random } from '../tensor/random.ts';
import type { DistilledImages } from './distilled-images.ts';
import { trainFeatureNets } from './feature-nets.ts';
import { matchDistributions } from './match-distributions.ts';
import { type ClassMaterial, cycled, type MinedSet, materialByClass } from './material.ts';
import { packed } from './pack.ts';
import { selectHerding, selectKCenter, selectRandom } from './select.ts';
import { viewsOf } from './set-views.ts';
import { embed, ensembleSoftLabels } from './teacher.ts';

export interface DistillInput {
  readonly config: RunConfig;
  readonly classes: readonly string[];
  readonly labelled: ImageSet;
  readonly mined: MinedSet;
  /** The students of all seeds: their mean gives the soft labels, the first one the embeddings. */
  readonly teachers: readonly Weights[];
  /** @default a set that has to be made in one go */
  readonly checkpointer?: Checkpointer | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/** Faces along each side of a packed image. */
const PACKING = 2;

/** Which rows of a class's material stand in the set. */
const choose = async (
  spec: SetSpec,
  wanted: number,
  material: ClassMaterial,
  input: DistillInput,
  draw: Random,
): Promise<number[]> => {
  const { config, teachers } = input;
  if (spec.method !== 'herding' && spec.method !== 'k-center') {
    return selectRandom(material.count, Math.min(wanted, material.count), draw);
  }
  const candidates = { ...config.image, count: material.count, pixels: material.pixels };
  const embeddings = await embed(teachers[0]!, candidates);
  const select = spec.method === 'herding' ? selectHerding : selectKCenter;
  return select(embeddings, teachers[0]!.net.embeddingSize, wanted);
};

/**
 * Makes one distilled set (or baseline) from the mined images, with the teachers' soft labels on what a student
 * will see: the views.
 */
export const makeSet = async (spec: SetSpec, input: DistillInput): Promise<DistilledImages> => {
  const { config, classes, labelled, mined, teachers, checkpointer, onProgress } = input;
  const { size, channels } = config.image;
  const factor = isBaseline(spec.method) ? 1 : PACKING;
  const perClass = spec.ipc * factor ** 2;
  const values = size * size * channels;
  const material = materialByClass(mined, labelled, classes.length, perClass);

  const provenance: string[][] = [];
  const faces = new Float32Array(classes.length * perClass * values);
  for (const [label, one] of material.entries()) {
    // `packed` and `dm` start from the same faces, so that their difference is what matching adds.
    const draw = random(config.seed, isBaseline(spec.method) ? spec.method : 'packed', spec.ipc, label);
    const rows = cycled(await choose(spec, perClass, one, input, draw), perClass);
    rows.forEach((row, i) => {
      const to = (label * perClass + i) * values;
      for (let v = 0; v < values; v++) faces[to + v] = one.pixels[row * values + v]! / 255;
    });
    for (let i = 0; i < spec.ipc; i++) {
      provenance.push(rows.slice(i * factor ** 2, (i + 1) * factor ** 2).map((row) => one.keys[row]!));
    }
  }

  let pixels = factor === 1 ? faces : packed(faces, size, channels, factor);
  if (spec.method === 'dm') {
    const { matching } = config.distill;
    const training = matching.nets * matching.pretrainSteps.reduce((sum, steps) => sum + steps, 0);
    const total = training + matching.steps;
    const learning = { config, classes: classes.length, labelled, seed: 0, checkpointer };
    const nets = await trainFeatureNets(learning, mined, (done) => onProgress(done, total));
    const start = { size, channels, count: classes.length * spec.ipc, perClass: spec.ipc, factor, pixels };
    const draw = random(config.seed, 'matching', spec.ipc);
    pixels = await matchDistributions(start, material, nets, matching, {
      draw,
      checkpointer,
      onStep: (step) => onProgress(training + step, total),
    });
  }

  const images = classes.length * spec.ipc;
  const card: DistilledSet = {
    spec,
    classes: [...classes],
    size,
    channels,
    factor,
    images,
    normalization: { kind: 'per-image', deviationFloor: DEVIATION_FLOOR },
    provenance,
  };
  const classOf = Int32Array.from({ length: images }, (_, i) => Math.floor(i / spec.ipc));
  const unlabelled = { spec: card, pixels, labels: new Float32Array(0), classOf };
  return { ...unlabelled, labels: await ensembleSoftLabels(teachers, viewsOf(unlabelled)) };
};

/** Where a set's 8-bit image lies below its folder. */
export const imageName = (set: DistilledImages, index: number): string =>
  `train/${set.spec.classes[set.classOf[index]!]}/${setName(set.spec.spec)}-${String(index).padStart(5, '0')}.png`;
