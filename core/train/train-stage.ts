import { modelFolder } from '../contracts/keys.ts';
import type { ModelCard } from '../contracts/model.ts';
import type { Role } from '../contracts/plan.ts';
import type { ImageSet } from '../data/image-set.ts';
import { encodeSafetensors } from '../format/safetensors.ts';
import { makePrototypes, prototypesToTensors } from '../mine/prototypes.ts';
import { predictor } from '../nets/predictor.ts';
import { parameterCount, type Weights, weightsToTensors } from '../nets/weights.ts';
import { readLabelledSet, readMinedSet } from '../run/inputs.ts';
import type { Job, JobContext } from '../run/stage.ts';
import { writeJson } from '../store/json.ts';
import type { Fitted } from './fit-net.ts';
import { type Training, trainCalibration, trainControl, trainPrimitive, trainStudent } from './roles.ts';

interface Trained {
  readonly fitted: Fitted;
  readonly mined: number;
  readonly calibration?: ModelCard['calibration'];
}

const trainAs = async (role: Role, training: Training, context: JobContext<'train'>): Promise<Trained> => {
  const { store, plan, environment } = context;
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
      const mined = await readMinedSet(store, plan, environment.OMNIDISTILL_ROUND);
      const fitted = await trainStudent(training, mined, environment.OMNIDISTILL_ROUND);
      return { fitted, mined: mined.count };
    }
  }
};

/** Prototypes in the net's own embedding space, so that it can mine. */
const prototypesOf = async (weights: Weights, labelled: ImageSet) => {
  const model = predictor(weights);
  const { embeddings } = await model.predict(labelled);
  model.dispose();
  return makePrototypes(embeddings, labelled.labels, weights.net.classes);
};

/** Trains one net: a primitive model, a student, its control, or the net that learns the temperature. */
export const train: Job<'train'> = {
  unit: 'steps',
  needsBackend: true,
  resumes: true,
  folder: ({ runId }, { OMNIDISTILL_ROLE, OMNIDISTILL_SEED, OMNIDISTILL_ROUND }) =>
    modelFolder(runId, OMNIDISTILL_ROLE, OMNIDISTILL_SEED, OMNIDISTILL_ROUND),

  run: async (context) => {
    const { store, plan, environment, folder, report, checkpointer } = context;
    const [role, seed] = [environment.OMNIDISTILL_ROLE, environment.OMNIDISTILL_SEED];
    const { config, classes } = plan;
    const labelled = await readLabelledSet(store, plan.runId);
    const steps = role === 'student' || role === 'control' ? config.student.steps : config.primitive.steps;
    const onStep = (step: number): void => report(step, steps);
    const training = { config, classes: classes.length, labelled, seed, checkpointer, onStep };
    const { fitted, mined, calibration } = await trainAs(role, training, context);
    const { weights, losses } = fitted;
    const card: ModelCard = {
      role,
      seed,
      round: environment.OMNIDISTILL_ROUND,
      net: config.net.name,
      width: config.net.width,
      classes,
      image: config.image,
      parameters: parameterCount(weights.net),
      trainedOn: { labelled: labelled.count, mined },
      finalLoss: losses.at(-1)!.loss,
      ...(calibration === undefined ? {} : { calibration }),
    };
    await store.put(`${folder}/model.safetensors`, encodeSafetensors(weightsToTensors(weights)));
    await store.put(
      `${folder}/prototypes.safetensors`,
      encodeSafetensors(prototypesToTensors(await prototypesOf(weights, labelled))),
    );
    await store.put(`${folder}/log.jsonl`, losses.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await writeJson(store, `${folder}/model.json`, card);
    return { counts: { steps, labelled: labelled.count, mined } };
  },
};
