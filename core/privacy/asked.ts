import type { Random } from '../tensor/random.ts';

/** Mined images, and which draws of a set they were used in. */
export interface Asked {
  /** Rows of the mined set. */
  readonly rows: readonly number[];
  /** Of each row the draw that alone was made from it; `undefined` where none was. */
  readonly usedIn: readonly (number | undefined)[];
}

/** Images that no draw was made from, for each image that the draw with most of them was. */
const UNUSED_PER_USED = 4;

/**
 * Whom an attack asks about: images that one draw alone was made from, and images of the same classes that none was. A method that
 * draws by chance chose between the two by chance, so nothing but their use tells them apart.
 * @param draws - keys that each draw was made from
 */
export const askedOf = (
  { keys, labels }: { readonly keys: readonly string[]; readonly labels: ArrayLike<number> },
  draws: readonly ReadonlySet<string>[],
  random: Random,
): Asked => {
  const [rows, usedIn]: [number[], (number | undefined)[]] = [[], []];
  const wanted = new Map<number, number>();
  for (const [draw, used] of draws.entries()) {
    const alone = [...keys.keys()].filter((row) => used.has(keys[row]!) && isAlone(draws, draw, keys[row]!));
    const byClass = new Map<number, number>();
    for (const row of alone) {
      rows.push(row);
      usedIn.push(draw);
      byClass.set(labels[row]!, (byClass.get(labels[row]!) ?? 0) + 1);
    }
    for (const [label, count] of byClass) {
      wanted.set(label, Math.max(wanted.get(label) ?? 0, UNUSED_PER_USED * count));
    }
  }
  const unused = [...random.permutation(keys.length)].filter((row) => !draws.some((used) => used.has(keys[row]!)));
  for (const row of unused) {
    const left = wanted.get(labels[row]!) ?? 0;
    if (left === 0) continue;
    wanted.set(labels[row]!, left - 1);
    rows.push(row);
    usedIn.push(undefined);
  }
  return { rows, usedIn };
};

function isAlone(draws: readonly ReadonlySet<string>[], draw: number, key: string): boolean {
  return draws.every((used, other) => other === draw || !used.has(key));
}
