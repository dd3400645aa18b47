import { type Head, headFromTensors, headToTensors } from '../backbone/head.ts';
import { BackboneCard } from '../contracts/backbones.ts';
import { modelFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { type HeldOut, heldOutFromTensors, heldOutToTensors } from '../nets/held-out.ts';
import { type Prototypes, prototypesFromTensors, prototypesToTensors } from '../nets/prototypes.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, json } from './artifact.ts';
import { tensorsOf } from './job.ts';
import { type Fold, readFolds } from './model.ts';

const heads = tensorsOf(headToTensors, headFromTensors);
const prototypes = tensorsOf(prototypesToTensors, prototypesFromTensors);

/** A head on the backbone, and where the classes lie among its scaled embeddings. */
export interface HeadFiles {
  readonly head: Artifact<Head>;
  readonly prototypes: Artifact<Prototypes>;
}

/** The objects of a run's backbone, in the folder of the job that fitted its head. */
export interface BackboneFiles extends HeadFiles {
  readonly card: Artifact<BackboneCard>;
  /** Of a head that leaves out a part of the labelled set, and what it says of that part. */
  fold(fold: number): HeadFiles & { readonly heldOut: Artifact<HeldOut> };
}

export const backboneFiles = (runId: string): BackboneFiles => {
  const folder = modelFolder(runId, 'backbone', 0, 0);
  const filesIn = (place: string): HeadFiles => ({
    head: artifact(`${place}/head.safetensors`, heads),
    prototypes: artifact(`${place}/prototypes.safetensors`, prototypes),
  });
  return {
    ...filesIn(folder),
    card: artifact(`${folder}/backbone.json`, json(BackboneCard)),
    fold: (fold) => ({
      ...filesIn(`${folder}/fold-${fold}`),
      heldOut: artifact(`${folder}/fold-${fold}/held-out.safetensors`, tensorsOf(heldOutToTensors, heldOutFromTensors)),
    }),
  };
};

/** Whether the backbone mines in a round; in a later one the student of the round before does. */
export const minesByBackbone = ({ config }: Plan, round: number): boolean =>
  config.backbone !== undefined && round === 0;

/** What the miner of a round says of labelled images that it has not seen, part by part. */
export const readMinerFolds = async (store: Store, plan: Plan, round: number): Promise<Fold[]> => {
  if (!minesByBackbone(plan, round)) return readFolds(store, plan);
  const files = Array.from({ length: plan.folds }, (_, fold) => backboneFiles(plan.runId).fold(fold));
  return Promise.all(
    files.map(async ({ heldOut, prototypes: places }) => ({
      heldOut: await heldOut.read(store),
      prototypes: await places.read(store),
    })),
  );
};
