import { matrix, type NamedTensor } from '../format/safetensors.ts';

/** What a net says of labelled images that it was not trained on. */
export interface HeldOut {
  /** Their rows in the labelled set `[n]`. */
  readonly rows: Int32Array;
  /** `[n, classes]` */
  readonly logits: Float32Array;
  /** `[n, embeddingSize]` */
  readonly embeddings: Float32Array;
}

export const heldOutToTensors = ({ rows, logits, embeddings }: HeldOut): Record<string, NamedTensor> => ({
  rows: { shape: [rows.length], data: rows },
  logits: matrix(rows.length, logits),
  embeddings: matrix(rows.length, embeddings),
});

export const heldOutFromTensors = ({ rows, logits, embeddings }: Readonly<Record<string, NamedTensor>>): HeldOut => {
  if (
    !(rows?.data instanceof Int32Array) ||
    !(logits?.data instanceof Float32Array) ||
    !(embeddings?.data instanceof Float32Array)
  ) {
    throw new TypeError('Held-out predictions need int32 "rows", float32 "logits" and "embeddings".');
  }
  return { rows: rows.data, logits: logits.data, embeddings: embeddings.data };
};
