import { z } from 'zod';
import { modelFolder } from '../contracts/keys.ts';
import { ModelCard } from '../contracts/model.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Role } from '../contracts/roles.ts';
import { type HeldOut, heldOutFromTensors, heldOutToTensors } from '../nets/held-out.ts';
import { meanOfNets } from '../nets/logits.ts';
import { netOf } from '../nets/net.ts';
import { type Prototypes, prototypesFromTensors, prototypesToTensors } from '../nets/prototypes.ts';
import { type Weights, weightsFromTensors, weightsToTensors } from '../nets/weights.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, type Codec, json, jsonLines } from './artifact.ts';
import { tensorsOf } from './job.ts';

const Loss = z.strictObject({ step: z.number().int(), loss: z.number() });
type Loss = z.infer<typeof Loss>;

/** The objects of one trained net, all in the folder of the job that trained it. */
export interface ModelFiles {
  readonly card: Artifact<ModelCard>;
  /** @param card - says which net the tensors belong to */
  weights(card: ModelCard): Artifact<Weights>;
  /** Class prototypes in the net's own embedding space, so that it can mine. */
  readonly prototypes: Artifact<Prototypes>;
  /** Of a fold: what it says of the labelled images that it left out. */
  readonly heldOut: Artifact<HeldOut>;
  /** Of a student or a control: its probabilities `[n, classes]`, in half precision, of the images that the consistent nets go on with. */
  readonly softLabels: Artifact<Float32Array>;
  /** The loss now and then. */
  readonly losses: Artifact<readonly Loss[]>;
}

export const modelFiles = (runId: string, role: Role, seed: number, round: number): ModelFiles => {
  const folder = modelFolder(runId, role, seed, round);
  return {
    card: artifact(`${folder}/model.json`, json(ModelCard)),
    weights: ({ net: name, width, image, mirror, classes }) => {
      const net = netOf({ name, width, ...image, mirror, classes: classes.length });
      const codec = tensorsOf(weightsToTensors, (tensors) => weightsFromTensors(net, tensors));
      return artifact(`${folder}/model.safetensors`, codec);
    },
    prototypes: artifact(`${folder}/prototypes.safetensors`, tensorsOf(prototypesToTensors, prototypesFromTensors)),
    heldOut: artifact(`${folder}/held-out.safetensors`, tensorsOf(heldOutToTensors, heldOutFromTensors)),
    softLabels: artifact(`${folder}/soft-labels.safetensors`, softLabels, { scratch: true }),
    losses: artifact(`${folder}/log.jsonl`, jsonLines(Loss)),
  };
};

const softLabels: Codec<Float32Array> = tensorsOf(
  (probabilities) => ({ probabilities: { shape: [probabilities.length], data: probabilities, dtype: 'F16' } }),
  ({ probabilities }) => {
    if (!(probabilities?.data instanceof Float32Array))
      throw new TypeError('Soft labels need float16 "probabilities".');
    return probabilities.data;
  },
);

/** A trained net with its card. */
export interface Model {
  readonly card: ModelCard;
  readonly weights: Weights;
}

/** A trained net of a run. */
export async function readModel(
  store: Store,
  { runId }: Plan,
  role: Role,
  seed: number,
  round: number,
): Promise<Model> {
  const files = modelFiles(runId, role, seed, round);
  const card = await files.card.read(store);
  return { card, weights: await files.weights(card).read(store) };
}

/** What one fold says of labelled images that it has not seen, and where it sees the classes. */
export interface Fold {
  readonly heldOut: HeldOut;
  readonly prototypes: Prototypes;
}

/** One of the folds. */
export async function readFold(store: Store, { runId }: Plan, fold: number): Promise<Fold> {
  const files = modelFiles(runId, 'fold', fold, 0);
  return { heldOut: await files.heldOut.read(store), prototypes: await files.prototypes.read(store) };
}

/** The folds: together they tell of every labelled image once. */
export function readFolds(store: Store, plan: Plan): Promise<Fold[]> {
  return Promise.all(Array.from({ length: plan.folds }, (_, fold) => readFold(store, plan, fold)));
}

/** What the folds say of the whole labelled set, each image by the net that has not seen it: `[images, classes]`. */
export function crossFittedLogits(folds: readonly Fold[], images: number, classes: number): Float32Array {
  const all = new Float32Array(images * classes);
  for (const { heldOut } of folds) {
    const { rows, logits } = heldOut;
    rows.forEach((row, i) => all.set(logits.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  return all;
}

/** What the nets of one role say on average of the images that the consistent nets go on with: `[n, classes]`. */
export const readSoftLabels = (store: Store, plan: Plan, role: Role, round: number): Promise<Float32Array> =>
  meanOfNets(seedsOf(plan), (seed) => modelFiles(plan.runId, role, seed, round).softLabels.read(store));

/** The nets of one role for all seeds, in their order. */
export const readModels = (store: Store, plan: Plan, role: Role, round: number): Promise<Weights[]> =>
  Promise.all(seedsOf(plan).map(async (seed) => (await readModel(store, plan, role, seed, round)).weights));

function seedsOf({ config }: Plan): number[] {
  return Array.from({ length: config.seeds }, (_, seed) => seed);
}
