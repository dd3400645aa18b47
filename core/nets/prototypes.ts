import type { NamedTensor } from '../format/safetensors.ts';

/** Where the classes lie in embedding space. */
export interface Prototypes {
  readonly width: number;
  readonly classes: number;
  /** Mean embedding of the labelled set `[width]`: what every embedding is centred on. */
  readonly centre: Float32Array;
  /** Class means of the centred, unit-length labelled embeddings, unit length again: `[classes, width]`. */
  readonly directions: Float32Array;
}

/** Row of `[n, width]` seen from the centre, at length 1; zero at the centre itself. */
export const centred = (embeddings: Float32Array, row: number, centre: Float32Array): Float32Array => {
  const width = centre.length;
  const vector = embeddings.slice(row * width, (row + 1) * width);
  for (let i = 0; i < width; i++) vector[i]! -= centre[i]!;
  normalise(vector);
  return vector;
};

/** Cosines of one embedding `[width]` to the prototypes, seen from their centre: `[classes]`. */
export const cosinesToPrototypes = (
  embedding: Float32Array,
  { width, classes, centre, directions }: Prototypes,
): Float32Array => {
  const vector = centred(embedding, 0, centre);
  return Float32Array.from({ length: classes }, (_, label) => {
    let dot = 0;
    for (let i = 0; i < width; i++) dot += vector[i]! * directions[label * width + i]!;
    return dot;
  });
};

/**
 * Class prototypes of the labelled set.
 * @param embeddings - `[n, width]`, each the mean of an image's and its mirror's
 * @param labels - `[n]`
 */
export const makePrototypes = (embeddings: Float32Array, labels: Int32Array, classes: number): Prototypes => {
  const width = embeddings.length / labels.length;
  const centre = new Float32Array(width);
  embeddings.forEach((value, i) => (centre[i % width]! += value / labels.length));
  const directions = new Float32Array(classes * width);
  labels.forEach((label, row) => {
    const vector = centred(embeddings, row, centre);
    vector.forEach((value, i) => (directions[label * width + i]! += value));
  });
  for (let label = 0; label < classes; label++) normalise(directions.subarray(label * width, (label + 1) * width));
  return { width, classes, centre, directions };
};

export const prototypesToTensors = ({
  width,
  classes,
  centre,
  directions,
}: Prototypes): Record<string, NamedTensor> => ({
  centre: { shape: [width], data: centre },
  directions: { shape: [classes, width], data: directions },
});

export const prototypesFromTensors = ({ centre, directions }: Record<string, NamedTensor>): Prototypes => {
  if (!(centre?.data instanceof Float32Array) || !(directions?.data instanceof Float32Array)) {
    throw new TypeError('Prototypes need float32 "centre" and "directions".');
  }
  const [classes, width] = directions.shape as [number, number];
  return { width, classes, centre: centre.data, directions: directions.data };
};

/** Scales a vector in place to length 1; a zero vector stays zero. */
function normalise(vector: Float32Array): void {
  const length = Math.hypot(...vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}
