import { matrix, type NamedTensor } from '../format/safetensors.ts';

/** What two nets, which differ in the mined images alone, say of labelled images that neither has seen. */
export interface FoldComparison {
  /** True classes `[n]`. */
  readonly labels: Int32Array;
  /** Logits `[n, classes]` of the net that learned from mined images as well. */
  readonly mined: Float32Array;
  /** Those of its control, which learned as long from labelled images alone. */
  readonly control: Float32Array;
}

export const comparisonToTensors = ({ labels, mined, control }: FoldComparison): Record<string, NamedTensor> => ({
  labels: { shape: [labels.length], data: labels },
  mined: matrix(labels.length, mined),
  control: matrix(labels.length, control),
});

export const comparisonFromTensors = ({
  labels,
  mined,
  control,
}: Readonly<Record<string, NamedTensor>>): FoldComparison => {
  if (
    !(labels?.data instanceof Int32Array) ||
    !(mined?.data instanceof Float32Array) ||
    !(control?.data instanceof Float32Array)
  ) {
    throw new TypeError('The comparison of a fold needs int32 "labels", float32 "mined" and "control".');
  }
  return { labels: labels.data, mined: mined.data, control: control.data };
};
