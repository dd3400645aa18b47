import { matrix, type NamedTensor } from '../format/safetensors.ts';

/** Where the classes lie in embedding space. */
export interface Prototypes {
  readonly width: number;
  readonly classes: number;
  /** Mean embedding of the labelled set `[width]`: what every embedding is centred on. */
  readonly centre: Float32Array;
  /** Class means of the centred, unit-length labelled embeddings, unit length again: `[classes, width]`. */
  readonly directions: Float32Array;
  /** The labelled images themselves, where a score asks for them (`needsNeighbours`). */
  readonly neighbours?: Neighbours | undefined;
}

/** Labelled images in embedding space. */
export interface Neighbours {
  /** Centred, unit length: `[n, width]`. */
  readonly directions: Float32Array;
  /** `[n]` */
  readonly labels: Int32Array;
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
  return Float32Array.from({ length: classes }, (_, label) => cosine(vector, directions, label * width));
};

/**
 * Of the `count` labelled images nearest to an embedding `[width]`, the cosines added up by class and divided by `count`: `[classes]`,
 * 1 where all of them are of one class and lie in the very direction. What lies on the other side of the centre is not near: it adds 0.
 * @param neighbours - of `prototypes`, of two equally near ones the first counts
 */
export const nearnessToClasses = (
  embedding: Float32Array,
  { width, classes, centre }: Prototypes,
  { directions, labels }: Neighbours,
  count: number,
): Float32Array => {
  const vector = centred(embedding, 0, centre);
  const cosines = Float32Array.from(labels, (_, row) => cosine(vector, directions, row * width));
  const nearest = new Int32Array(Math.min(count, labels.length));
  for (let row = 0, held = 0; row < labels.length; row++) {
    if (held === nearest.length && cosines[row]! <= cosines[nearest[held - 1]!]!) continue;
    let place = held < nearest.length ? held++ : held - 1;
    for (; place > 0 && cosines[nearest[place - 1]!]! < cosines[row]!; place--) nearest[place] = nearest[place - 1]!;
    nearest[place] = row;
  }
  const nearness = new Float32Array(classes);
  for (const row of nearest) nearness[labels[row]!]! += Math.max(0, cosines[row]!) / nearest.length;
  return nearness;
};

/**
 * Class prototypes of the labelled set.
 * @param embeddings - `[n, width]`, each the mean of an image's and its mirror's
 * @param labels - `[n]`
 * @param keep - `neighbours` keeps every image's own embedding beside them
 */
export const makePrototypes = (
  embeddings: Float32Array,
  labels: Int32Array,
  classes: number,
  keep?: 'neighbours',
): Prototypes => {
  const width = embeddings.length / labels.length;
  const centre = new Float32Array(width);
  embeddings.forEach((value, i) => (centre[i % width]! += value / labels.length));
  const directions = new Float32Array(classes * width);
  const own = new Float32Array(keep === undefined ? 0 : embeddings.length);
  labels.forEach((label, row) => {
    const vector = centred(embeddings, row, centre);
    vector.forEach((value, i) => (directions[label * width + i]! += value));
    if (keep !== undefined) own.set(vector, row * width);
  });
  for (let label = 0; label < classes; label++) normalise(directions.subarray(label * width, (label + 1) * width));
  const prototypes = { width, classes, centre, directions };
  return keep === undefined ? prototypes : { ...prototypes, neighbours: { directions: own, labels } };
};

export const prototypesToTensors = ({
  width,
  classes,
  centre,
  directions,
  neighbours,
}: Prototypes): Record<string, NamedTensor> => ({
  centre: { shape: [width], data: centre },
  directions: matrix(classes, directions),
  ...(neighbours && {
    neighbours: matrix(neighbours.labels.length, neighbours.directions),
    labels: { shape: [neighbours.labels.length], data: neighbours.labels },
  }),
});

export const prototypesFromTensors = (tensors: Record<string, NamedTensor>): Prototypes => {
  const { centre, directions, neighbours, labels } = tensors;
  if (!(centre?.data instanceof Float32Array) || !(directions?.data instanceof Float32Array)) {
    throw new TypeError('Prototypes need float32 "centre" and "directions".');
  }
  const [classes, width] = directions.shape as [number, number];
  const prototypes = { width, classes, centre: centre.data, directions: directions.data };
  const kept = neighbours?.data instanceof Float32Array && labels?.data instanceof Int32Array;
  return kept ? { ...prototypes, neighbours: { directions: neighbours.data, labels: labels.data } } : prototypes;
};

/** Dot product of a vector with the row of `rows` that starts at `from`. */
function cosine(vector: Float32Array, rows: Float32Array, from: number): number {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i]! * rows[from + i]!;
  return dot;
}

/** Scales a vector in place to length 1; a zero vector stays zero. */
function normalise(vector: Float32Array): void {
  const length = Math.hypot(...vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}
