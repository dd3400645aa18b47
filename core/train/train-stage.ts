import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet, readPoolSample } from '../artifacts/mined.ts';
import { modelFiles, readModel, readModels, readSoftLabels } from '../artifacts/model.ts';
import { studentsTeach } from '../contracts/config.ts';
import { needsNeighbours } from '../contracts/mining-scores.ts';
import type { ModelCard } from '../contracts/model.ts';
import { teacherControlRole, teacherRole } from '../contracts/plan.ts';
import { netOfRole, type Role } from '../contracts/roles.ts';
import type { Images, LabelledImages } from '../data/images.ts';
import { predictOnce } from '../inference/predictor.ts';
import type { HeldOut } from '../nets/held-out.ts';
import { probabilities } from '../nets/logits.ts';
import { makePrototypes } from '../nets/prototypes.ts';
import { parameterCount } from '../nets/weights.ts';
import type { JobContext, StageRun } from '../run/stage.ts';
import { makeBackbone } from './backbone/make-backbone.ts';
import type { Fitted } from './fit-net.ts';
import { makeGate } from './gate/make-gate.ts';
import { trainConsistent } from './roles/consistent.ts';
import { trainFold } from './roles/fold.ts';
import { trainNoisy } from './roles/noisy.ts';
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
  const {
    weights,
    losses,
    trainedOn,
    heldOut,
    goesOnWith,
    seen = labelled,
  } = await TRAIN[role](training, context, round);
  const net = netOfRole(config, role);
  const card: ModelCard = {
    role,
    seed,
    round,
    net: net.name,
    width: net.width,
    classes,
    image: { size: config.image.size, channels: config.image.channels },
    mirror: weights.net.mirror,
    parameters: parameterCount(weights.net),
    trainedOn,
    finalLoss: losses.at(-1)!.loss,
  };
  const files = modelFiles(runId, role, seed, round);
  await files.weights(card).write(store, weights);
  const said = await predictOnce(weights, seen);
  const keep = needsNeighbours(config.mining.score) ? 'neighbours' : undefined;
  // In the net's own embedding space, so that it can mine.
  const prototypes = makePrototypes(said.embeddings, seen.labels, classes.length, keep);
  await files.prototypes.write(store, prototypes);
  await files.losses.write(store, losses);
  if (heldOut !== undefined) await files.heldOut.write(store, heldOut);
  if (goesOnWith !== undefined && studentsTeach(config)) {
    const images = await goesOnWith();
    const { logits } = images === seen ? said : await predictOnce(weights, images);
    await files.softLabels.write(store, probabilities(logits, classes.length));
  }
  await files.card.write(store, card);
  return { counts: { steps, ...trainedOn } };
}

interface Trained extends Fitted {
  readonly trainedOn: ModelCard['trainedOn'];
  /** Of a fold: the labelled images that it learned from, and what it says of the others. */
  readonly seen?: LabelledImages;
  readonly heldOut?: HeldOut;
  /** Of a student or a control: the images that its consistent net goes on with. */
  readonly goesOnWith?: () => Promise<Images>;
}

/** How the net of each role is made. */
const TRAIN: Readonly<Record<NetRole, (training: Training, context: JobContext, round: number) => Promise<Trained>>> = {
  primitive: async (training) => ({ ...(await trainPrimitive(training)), trainedOn: labelledAlone(training) }),

  fold: async (training, { plan }) => {
    const fitted = await trainFold(training, plan.folds);
    return { ...fitted, trainedOn: { labelled: fitted.seen.count, mined: 0 } };
  },

  control: async (training, context) => ({
    ...(await trainControl(training, await startOf(context, 'control', training.seed))),
    trainedOn: labelledAlone(training),
    goesOnWith: async () => training.labelled,
  }),

  student: async (training, context, round) => {
    const { store, plan } = context;
    const mined = await readMinedSet(store, plan, round);
    const fitted = await trainStudent(training, mined, round, await startOf(context, 'student', training.seed));
    const trainedOn = { labelled: training.labelled.count, mined: mined.count };
    return { ...fitted, trainedOn, goesOnWith: () => readPoolSample(store, plan, round) };
  },

  consistent: async (training, context, round) => {
    const { store, plan } = context;
    const { card, weights } = await readModel(store, plan, 'student', training.seed, round);
    const pool = await readPoolSample(store, plan, round);
    const labels = await labelsOf(context, 'student', round);
    const fitted = await trainConsistent(training, weights, pool, labels, ['consistent', round]);
    return { ...fitted, trainedOn: card.trainedOn };
  },

  'consistent-control': async (training, context) => {
    const { weights } = await readModel(context.store, context.plan, 'control', training.seed, 0);
    const labels = await labelsOf(context, 'control', 0);
    const fitted = await trainConsistent(training, weights, training.labelled, labels, ['consistent-control']);
    return { ...fitted, trainedOn: labelledAlone(training) };
  },

  noisy: async (training, { store, plan }, round) => {
    const { card } = await readModel(store, plan, 'student', training.seed, round);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    const pool = await readPoolSample(store, plan, round);
    const fitted = await trainNoisy(training, teachers, pool, ['noisy', round]);
    return { ...fitted, trainedOn: card.trainedOn };
  },

  'noisy-control': async (training, { store, plan }) => {
    const teachers = await readModels(store, plan, teacherControlRole(plan.config), 0);
    const fitted = await trainNoisy(training, teachers, training.labelled, ['noisy-control']);
    return { ...fitted, trainedOn: labelledAlone(training) };
  },
};

/** What a student or its control goes on from; `undefined` for fresh weights. */
async function startOf({ store, plan }: JobContext, role: Role, seed: number): Promise<Float32Array | undefined> {
  const { config } = plan;
  const { name, width } = netOfRole(config, role);
  const same = name === config.net.name && width === config.net.width;
  if (config.student.start === 'fresh' || !same) return undefined;
  return (await readModel(store, plan, 'primitive', seed, 0)).weights.parameters;
}

/** What all nets of a role say of the images that the consistent nets go on with, where that is what teaches these. */
async function labelsOf({ store, plan }: JobContext, role: Role, round: number): Promise<Float32Array | undefined> {
  return studentsTeach(plan.config) ? readSoftLabels(store, plan, role, round) : undefined;
}

function labelledAlone({ labelled }: Training): ModelCard['trainedOn'] {
  return { labelled: labelled.count, mined: 0 };
}

function stepsOf(role: NetRole, { primitive, student }: Training['config']): number {
  if (role === 'primitive' || role === 'fold') return primitive.steps;
  if (role === 'student' || role === 'control') return student.steps;
  return role === 'noisy' || role === 'noisy-control' ? student.noisy.steps : student.consistency.steps;
}
