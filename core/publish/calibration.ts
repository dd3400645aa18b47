import { readMinerFolds } from '../artifacts/backbone.ts';
import { readLabels } from '../artifacts/inputs.ts';
import { crossFittedLogits, type Fold } from '../artifacts/model.ts';
import type { Calibration } from '../contracts/model.ts';
import type { Plan } from '../contracts/plan.ts';
import { argmaxRows, probabilities } from '../nets/logits.ts';
import { type CalibrationError, calibrationError } from '../statistics/reliability.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import type { Store } from '../store/store.ts';

/** How far the probabilities of a round's miner can be believed. */
export async function readCalibration(store: Store, plan: Plan, round: number): Promise<Calibration> {
  const labels = await readLabels(store, plan.runId);
  const classes = plan.classes.length;
  const folds = await readMinerFolds(store, plan, round);
  const logits = crossFittedLogits(folds, labels.length, classes);
  const right = argmaxRows(logits, classes).filter((label, i) => label === labels[i]).length;
  const before = calibrationError(probabilities(logits, classes), labels, classes);
  const after = calibrationError(withOthersTemperature(folds, labels, classes), labels, classes);
  return {
    temperature: fitTemperature(logits, labels, classes),
    ...(before && after && { ece: { before: withoutCount(before), after: withoutCount(after) } }),
    accuracy: right / labels.length,
    images: labels.length,
  };
}

/** Probabilities of all labelled images, those of each fold with the temperature that the other folds ask for. */
function withOthersTemperature(folds: readonly Fold[], labels: Int32Array, classes: number): Float32Array {
  const scaled = folds.map(({ heldOut, prototypes }, fold) => {
    const others = folds.filter((_, other) => other !== fold).map((one) => one.heldOut);
    const logits = Float32Array.from(others.flatMap((other) => [...other.logits]));
    const truth = Int32Array.from(others.flatMap(({ rows }) => Array.from(rows, (row) => labels[row]!)));
    const p = probabilities(heldOut.logits, classes, fitTemperature(logits, truth, classes));
    return { prototypes, heldOut: { ...heldOut, logits: p } };
  });
  return crossFittedLogits(scaled, labels.length, classes);
}

function withoutCount({ error, low, high }: CalibrationError): { error: number; low: number; high: number } {
  return { error, low, high };
}
