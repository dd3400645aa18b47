import { describe, expect, it } from 'vitest';
import { askedOf } from '../../../core/privacy/asked.ts';
import { attackOf } from '../../../core/privacy/attack.ts';
import { closeness, membershipScores, sureness } from '../../../core/privacy/membership.ts';
import { random } from '../../../core/tensor/random.ts';

describe('an attack', () => {
  it('that knows nothing is chance, and finds as few used images as it takes others for used', () => {
    const draw = random('nothing');
    const scores = (count: number) => Array.from({ length: count }, () => draw.normal());
    const { auc, found } = attackOf({ used: scores(2000), unused: scores(4000) });
    expect(auc.low).toBeLessThan(0.5);
    expect(auc.high).toBeGreaterThan(0.5);
    expect(auc.area).toBeCloseTo(0.5, 1);
    expect(found!.low).toBeLessThan(0.01);
    expect(found!.high).toBeGreaterThan(0.01);
  });

  it('is scored exactly: 1 % of two hundred others may be above the limit, and equal scores are not', () => {
    // The third of the others stands at 197: above it are two, 1 %.
    const unused = Array.from({ length: 200 }, (_, i) => i);
    const { auc, found } = attackOf({ used: [500, 199, 198, 197, -1], unused });
    expect(found!.share).toBe(3 / 5);
    // Won pairs of each used image, ties half.
    expect(auc.area).toBeCloseTo((200 + 199.5 + 198.5 + 197.5 + 0) / 1000, 10);
  });

  it('says nothing of small rates of false alarms on fewer than a hundred others', () => {
    const unused = Array.from({ length: 99 }, (_, i) => i);
    expect(attackOf({ used: [100], unused }).found).toBeNull();
    expect(attackOf({ used: [100], unused: [...unused, 99] }).found!.share).toBe(1);
  });
});

describe('whom an attack asks', () => {
  const mined = {
    keys: ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b0', 'b1', 'b2'],
    labels: [0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
  };

  it('leaves out what several draws were made from, and takes others of the same classes alone', () => {
    const draws = [new Set(['a0', 'a1', 'labelled']), new Set(['a1', 'a2'])];
    const { rows, usedIn } = askedOf(mined, draws, random(1));
    expect(rows.slice(0, 2)).toEqual([0, 2]);
    expect(usedIn.slice(0, 2)).toEqual([0, 1]);
    // Four for each used one of the class, of which as many are there; class 1 was used by none.
    expect(rows.slice(2).sort()).toEqual([3, 4, 5, 6]);
    expect(usedIn.slice(2)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the score of an image', () => {
  it('is what its draw says less what the others say: what looks used to every net is not taken for used', () => {
    const asked = { rows: [0, 1, 2, 3], usedIn: [0, 1, undefined, undefined] };
    const signals = [
      [5, 1, 9, 1],
      [1, 6, 9, 1],
      [3, 2, 9, 1],
    ];
    const { used, unused } = membershipScores(asked, signals);
    // Of draw 0: 5 - 2, 0, 0; of draw 1: 6 - 1.5, 0, 0; of draw 2, which used none: 0, 0. The middle is 0.
    expect(used).toEqual([3, 4.5]);
    expect(unused).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('is measured from the middle of its draw: a net that is surer of everything gives nothing away', () => {
    const asked = { rows: [0, 1, 2], usedIn: [0, undefined, undefined] };
    const scores = (more: number) =>
      membershipScores(asked, [
        [4 + more, 1 + more, 1 + more],
        [1, 1, 1],
      ]);
    expect(scores(10).used).toEqual(scores(0).used);
    expect(scores(10).unused.slice(0, 2)).toEqual([0, 0]);
  });

  it('is far higher for a copy than for what merely comes nearer than to other sets, and finite', () => {
    const [copy, near, far] = closeness(Float32Array.of(0, 0.1, 0.4));
    expect(copy).toBeCloseTo(Math.log(1e6), 3);
    expect(copy! - near!).toBeGreaterThan(4 * (near! - far!));
  });

  it('is the log of the odds of the right class, finite where a net is sure', () => {
    const said = sureness(Float32Array.of(0.75, 0.25, 0, 1, 0.5, 0.5), [0, 0, 1]);
    expect(said[0]).toBeCloseTo(Math.log(3), 5);
    expect(said[1]).toBeCloseTo(-Math.log(1e6), 3);
    expect(said[2]).toBeCloseTo(0, 6);
  });
});
