import { labelledSetFile } from '../artifacts/inputs.ts';
import { crossFittedLogits, readFolds } from '../artifacts/model.ts';
import type { Calibration } from '../contracts/model.ts';
import type { Plan } from '../contracts/plan.ts';
import { argmaxRows, probabilities } from '../nets/logits.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import type { Store } from '../store/store.ts';
import { expectedCalibrationError } from '../train/calibrate.ts';

/** How sure one can be of the miners' probabilities, from labelled images that the net in question had not seen. */
export async function readCalibration(store: Store, plan: Plan): Promise<Calibration> {
  const { labels } = await labelledSetFile(plan.runId).read(store);
  const classes = plan.classes.length;
  const logits = crossFittedLogits(await readFolds(store, plan), labels.length, classes);
  const temperature = fitTemperature(logits, labels, classes);
  const right = argmaxRows(logits, classes).filter((label, i) => label === labels[i]).length;
  const error = (t: number): number => expectedCalibrationError(probabilities(logits, classes, t), labels, classes);
  return {
    temperature,
    eceBefore: error(1),
    eceAfter: error(temperature),
    heldOutAccuracy: right / labels.length,
    heldOutImages: labels.length,
  };
}
