/**
 * Counts images by their class and by the class that they are taken for.
 * @param labels - the true class of each image, and @param said - the one that it is taken for
 * @returns a row for each true class
 */
export const countConfusions = (labels: ArrayLike<number>, said: ArrayLike<number>, classes: number): number[][] => {
  const confusions = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) confusions[labels[i]!]![said[i]!]! += 1;
  return confusions;
};
