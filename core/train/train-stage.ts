import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet, readPoolSample } from '../artifacts/mined.ts';
import { modelFiles, readModel } from '../artifacts/model.ts';
import type { ModelCard } from '../contracts/model.ts';
import type { Role } from '../contracts/plan.ts';
import type { LabelledImages } from '../data/images.ts';
import type { HeldOut } from '../nets/held-out.ts';
import { predictOnce } from '../nets/predictor.ts';
import { makePrototypes } from '../nets/prototypes.ts';
import { parameterCount, type Weights } from '../nets/weights.ts';
import type { JobContext, StageRun } from '../run/stage.ts';
import { makeBackbone } from './backbone/make-backbone.ts';
import type { Fitted } from './fit-net.ts';
import { makeGate } from './gate/make-gate.ts';
import { trainConsistent } from './roles/consistent.ts';
import { trainFold } from './roles/fold.ts';
import { trainPrimitive } from './roles/primitive.ts';
import { trainControl, trainStudent } from './roles/student.ts';
import type { Training } from './training.ts';

/** Trains one net of the role that it is told, or fits the gate, or the backbone's head. */
export const runTrain: StageRun<'train'> = (context, { role, seed, round }) => {
  if (role === 'gate') return makeGate(context);
  if (role === 'backbone') return makeBackbone(context);
  return trainNet(context, role, seed, round);
};

/** What trains a net of the run. */
type NetRole = Exclude<Role, 'gate' | 'backbone'>;

async function trainNet(
  context: JobContext,
  role: NetRole,
  seed: number,
  round: number,
): ReturnType<StageRun<'train'>> {
  const { store, plan, report, checkpointer } = context;
  const { config, classes, runId } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const steps = stepsOf(role, config);
  const onStep = (step: number): void => report(step, steps);
  const training = { config, classes: classes.length, labelled, seed, checkpointer, onStep };
  const { weights, losses, trainedOn, heldOut, seen = labelled } = await TRAIN[role](training, context, round);
  const card: ModelCard = {
    role,
    seed,
    round,
    net: config.net.name,
    width: config.net.width,
    classes,
    image: config.image,
    parameters: parameterCount(weights.net),
    trainedOn,
    finalLoss: losses.at(-1)!.loss,
  };
  const files = modelFiles(runId, role, seed, round);
  await files.weights(card).write(store, weights);
  await files.prototypes.write(store, await prototypesOf(weights, seen));
  await files.losses.write(store, losses);
  if (heldOut !== undefined) await files.heldOut.write(store, heldOut);
  await files.card.write(store, card);
  return { counts: { steps, ...trainedOn } };
}

interface Trained extends Fitted {
  readonly trainedOn: ModelCard['trainedOn'];
  /** Of a fold: the labelled images that it learned from, and what it says of the others. */
  readonly seen?: LabelledImages;
  readonly heldOut?: HeldOut;
}

/** How the net of each role is made. */
const TRAIN: Readonly<Record<NetRole, (training: Training, context: JobContext, round: number) => Promise<Trained>>> = {
  primitive: async (training) => ({ ...(await trainPrimitive(training)), trainedOn: labelledAlone(training) }),

  fold: async (training, { plan }) => {
    const fitted = await trainFold(training, plan.folds);
    return { ...fitted, trainedOn: { labelled: fitted.seen.count, mined: 0 } };
  },

  control: async (training) => ({ ...(await trainControl(training)), trainedOn: labelledAlone(training) }),

  student: async (training, { store, plan }, round) => {
    const mined = await readMinedSet(store, plan, round);
    const fitted = await trainStudent(training, mined, round);
    return { ...fitted, trainedOn: { labelled: training.labelled.count, mined: mined.count } };
  },

  consistent: async (training, { store, plan }, round) => {
    const { card, weights } = await readModel(store, plan, 'student', training.seed, round);
    const pool = await readPoolSample(store, plan, round);
    const fitted = await trainConsistent(training, weights, pool, ['consistent', round]);
    return { ...fitted, trainedOn: card.trainedOn };
  },

  'consistent-control': async (training, { store, plan }) => {
    const { weights } = await readModel(store, plan, 'control', training.seed, 0);
    const fitted = await trainConsistent(training, weights, training.labelled, ['consistent-control']);
    return { ...fitted, trainedOn: labelledAlone(training) };
  },
};

function labelledAlone({ labelled }: Training): ModelCard['trainedOn'] {
  return { labelled: labelled.count, mined: 0 };
}

function stepsOf(role: NetRole, { primitive, student }: Training['config']): number {
  if (role === 'primitive' || role === 'fold') return primitive.steps;
  return role === 'student' || role === 'control' ? student.steps : student.consistency.steps;
}

/** Prototypes in the net's own embedding space, so that it can mine. */
async function prototypesOf(weights: Weights, labelled: LabelledImages) {
  const { embeddings } = await predictOnce(weights, labelled);
  return makePrototypes(embeddings, labelled.labels, weights.net.classes);
}
