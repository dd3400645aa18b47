import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { modelFiles } from '../artifacts/model.ts';
import type { ModelCard } from '../contracts/model.ts';
import type { Role } from '../contracts/plan.ts';
import type { ImageSet } from '../data/image-set.ts';
import { predictor } from '../nets/predictor.ts';
import { makePrototypes } from '../nets/prototypes.ts';
import { parameterCount, type Weights } from '../nets/weights.ts';
import type { JobContext, StageRun } from '../run/stage.ts';
import type { Fitted } from './fit-net.ts';
import { type Training, trainCalibration, trainControl, trainPrimitive, trainStudent } from './roles.ts';

/** Trains one net: a primitive model, a student, its control, or the net that learns the temperature. */
export const runTrain: StageRun<'train'> = async (context, { role, seed, round }) => {
  const { store, plan, report, checkpointer } = context;
  const { config, classes, runId } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const steps = role === 'student' || role === 'control' ? config.student.steps : config.primitive.steps;
  const onStep = (step: number): void => report(step, steps);
  const training = { config, classes: classes.length, labelled, seed, checkpointer, onStep };
  const { fitted, mined, calibration } = await trainAs(role, training, context, round);
  const { weights, losses } = fitted;
  const card: ModelCard = {
    role,
    seed,
    round,
    net: config.net.name,
    width: config.net.width,
    classes,
    image: config.image,
    parameters: parameterCount(weights.net),
    trainedOn: { labelled: labelled.count, mined },
    finalLoss: losses.at(-1)!.loss,
    ...(calibration === undefined ? {} : { calibration }),
  };
  const files = modelFiles(runId, role, seed, round);
  await files.weights(card).write(store, weights);
  await files.prototypes.write(store, await prototypesOf(weights, labelled));
  await files.losses.write(store, losses);
  await files.card.write(store, card);
  return { counts: { steps, labelled: labelled.count, mined } };
};

interface Trained {
  readonly fitted: Fitted;
  readonly mined: number;
  readonly calibration?: ModelCard['calibration'];
}

async function trainAs(role: Role, training: Training, { store, plan }: JobContext, round: number): Promise<Trained> {
  switch (role) {
    case 'primitive':
      return { fitted: await trainPrimitive(training), mined: 0 };
    case 'control':
      return { fitted: await trainControl(training), mined: 0 };
    case 'calibration': {
      const { calibration, ...fitted } = await trainCalibration(training);
      return { fitted, mined: 0, calibration };
    }
    case 'student': {
      const mined = await readMinedSet(store, plan, round);
      const fitted = await trainStudent(training, mined, round);
      return { fitted, mined: mined.count };
    }
  }
}

/** Prototypes in the net's own embedding space, so that it can mine. */
async function prototypesOf(weights: Weights, labelled: ImageSet) {
  const model = predictor(weights);
  const { embeddings } = await model.predict(labelled);
  model.dispose();
  return makePrototypes(embeddings, labelled.labels, weights.net.classes);
}
