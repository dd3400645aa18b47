import { probabilities } from '../nets/logits.ts';
import type { ClassMaterial } from './material.ts';
import type { DistillTask } from './method.ts';
import { ensembleSoftLabels } from './teacher.ts';

/** Below it a probability says no more than that it is small, and its logarithm lies where no step comes back from. */
const LEAST = 1e-3;

/** Labels as numbers without bounds, of which a softmax makes labels again. @param rows - of probabilities */
export const labelLogits = (rows: Float32Array): Float32Array => rows.map((p) => Math.log(Math.max(p, LEAST)));

/** The labels that such numbers stand for. @param logits - `[n, classes]` */
export const labelsOf = (logits: Float32Array, classes: number): Float32Array => probabilities(logits, classes);

/** What the teachers say of all that a set may be made from: `[count, classes]` of each class's material. */
export const materialLabels = async ({
  material,
  teachers,
}: Pick<DistillTask, 'material' | 'teachers'>): Promise<Float32Array[]> => {
  const labels: Float32Array[] = [];
  for (const one of material) labels.push(await ensembleSoftLabels(teachers, one satisfies ClassMaterial));
  return labels;
};
