/**
 * p-values of several comparisons, so that all of them together are wrong as rarely as one alone would be.
 * @returns in the order of `values`, none above 1
 * @see Holm, A Simple Sequentially Rejective Multiple Test Procedure (Scandinavian Journal of Statistics 1979)
 */
export const holm = (values: readonly number[]): number[] => {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length);
  let highest = 0;
  order.forEach((index, before) => {
    highest = Math.max(highest, Math.min(1, (values.length - before) * values[index]!));
    adjusted[index] = highest;
  });
  return adjusted;
};
