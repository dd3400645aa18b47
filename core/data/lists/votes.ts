/** How many taggers saw a class in an image; no class for answers such as "no face". */
export interface Votes {
  readonly className: string | undefined;
  readonly count: number;
}

/**
 * The class that the taggers agree on, by the rule of FER+: single votes are dropped as slips, and the class must have more
 * than half of what is left.
 * @returns the class, or why there is none
 * @see https://github.com/microsoft/FERPlus (mode "majority")
 */
export const majorityOf = (votes: readonly Votes[]): { readonly className: string } | { readonly why: string } => {
  const counted = votes.filter(({ count }) => count > 1);
  const sum = counted.reduce((total, { count }) => total + count, 0);
  const [most] = [...counted].sort((a, b) => b.count - a.count);
  if (most === undefined || most.count * 2 <= sum) {
    const words = counted.map(({ className, count }) => `${className ?? 'none'} ${count}`).join(', ');
    return { why: `no class has more than half of the votes (${words || 'no two agree'})` };
  }
  return most.className === undefined ? { why: 'most votes are for no class' } : { className: most.className };
};
