import { type ClassifierName, classifierCodec, classifierFiles } from '../../artifacts/classifier.ts';
import { modelFiles } from '../../artifacts/model.ts';
import { classifierOfRun } from '../../classify/of-run.ts';
import { type ArmName, teacherArm } from '../../contracts/arms.ts';
import type { ModelCard } from '../../contracts/model.ts';
import type { Plan } from '../../contracts/plan.ts';
import { encodeOnnx } from '../../exchange/onnx.ts';
import { encodeTfjs } from '../../exchange/tfjs.ts';
import type { Classifier } from '../../nets/classifier.ts';
import type { Store } from '../../store/store.ts';
import { type CalibrationErrors, releasedCalibration } from './released-calibration.ts';
import { jsonFile, type ReleaseFile } from './set-files.ts';

/** Bytes of weights beyond which the ensemble stays out: a release is there to be sent. */
const MOST_ENSEMBLE_BYTES = 64 * 1024 * 1024;

/** Classifiers of a run, and the files that hold them. */
export interface ReleasedModels {
  readonly classifiers: Readonly<Partial<Record<ClassifierName, Classifier>>> & { readonly student: Classifier };
  readonly files: readonly ReleaseFile[];
  /** Images that the student learned from. */
  readonly trainedOn: ModelCard['trainedOn'];
  /** Of the student's arm and of the ensemble's. */
  readonly calibration: Readonly<Record<ArmName, CalibrationErrors>>;
}

/** The student in all forms, and the nets of all seeds together, which labelled what the sets hold, in two of them. */
export async function releasedModels(store: Store, plan: Plan, round: number): Promise<ReleasedModels> {
  const student = await classifierOfRun(store, plan, round, 'student');
  const ensemble = isEnsembleReleased(plan, student)
    ? { ensemble: await classifierOfRun(store, plan, round, 'ensemble') }
    : undefined;
  const { trainedOn } = await modelFiles(plan.runId, student.card.role, 0, round).card.read(store);
  const calibration: Record<ArmName, CalibrationErrors> = {};
  for (const arm of [teacherArm(plan.config), 'ensemble']) {
    calibration[arm] = await releasedCalibration(store, arm, student.card);
  }
  const files = [...filesOf('student', student), ...tfjsFiles('student', student)];
  if (ensemble !== undefined) files.push(...filesOf('ensemble', ensemble.ensemble));
  return { classifiers: { student, ...ensemble }, files, trainedOn, calibration };
}

function isEnsembleReleased({ config }: Plan, student: Classifier): boolean {
  return config.seeds > 1 && bytesOf(student) * config.seeds <= MOST_ENSEMBLE_BYTES;
}

function filesOf(name: ClassifierName, classifier: Classifier): ReleaseFile[] {
  const { tensors, onnx } = classifierFiles(name);
  return [
    { path: tensors.key, bytes: Buffer.from(classifierCodec.encode(classifier)) },
    { path: onnx.key, bytes: encodeOnnx(classifier) },
  ];
}

function tfjsFiles(name: ClassifierName, classifier: Classifier): ReleaseFile[] {
  const { tfjs } = classifierFiles(name);
  const { model, weights } = encodeTfjs(classifier, tfjs.weights.slice(tfjs.weights.lastIndexOf('/') + 1));
  return [jsonFile(tfjs.model, model), { path: tfjs.weights, bytes: weights }];
}

function bytesOf({ nets }: Classifier): number {
  return nets.reduce(
    (sum, tensors) => sum + Object.values(tensors).reduce((bytes, { data }) => bytes + data.byteLength, 0),
    0,
  );
}
