/** Weight of each image by which a mean over all of them is the mean of the classes' recalls. */
export const macroWeights = (labels: Int32Array): Float64Array => {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Float64Array.from(labels, (label) => labels.length / (counts.size * counts.get(label)!));
};
