import { describe, expect, it } from 'vitest';
import { FACES, simulate, type World } from '../../../bench/intervals/simulated-arms.ts';
import { type Crossed, differenceOf, meansOf, weighted } from '../../../core/statistics/crossed.ts';
import { crossedInterval } from '../../../core/statistics/crossed-interval.ts';
import { spread, spreadOverDraws } from '../../../core/statistics/spread.ts';
import { studentT95 } from '../../../core/statistics/student-t.ts';
import { random } from '../../../core/tensor/random.ts';

const ANY = [-100, 100] as const;

const crossedOf = (seeds: number, draws: number, values: readonly number[]): Crossed => ({
  seeds,
  draws,
  images: values.length / (seeds * draws),
  values,
});

describe('crossedInterval', () => {
  it('is that of the seeds alone where images do not differ: mean ± t · deviation / √n', () => {
    const ofSeed = [0.1, 0.2, 0.6];
    const { low, high } = crossedInterval(
      crossedOf(
        3,
        1,
        ofSeed.flatMap((value) => Array(50).fill(value)),
      ),
      ANY,
    );
    const { mean, std } = spread(ofSeed);
    const half = (studentT95(2) * std) / Math.sqrt(3);
    expect(low).toBeCloseTo(mean - half, 6);
    expect(high).toBeCloseTo(mean + half, 6);
  });

  it('is that of the images alone where seeds and draws do not differ', () => {
    const images = Array.from({ length: 400 }, (_, i) => ((i * 37) % 100) / 100);
    const { low, high } = crossedInterval(crossedOf(5, 2, Array(10).fill(images).flat()), ANY);
    const { mean, std } = spread(images);
    const half = (studentT95(399) * std) / 20;
    expect(low).toBeCloseTo(mean - half, 6);
    expect(high).toBeCloseTo(mean + half, 6);
  });

  it('is that of the draws alone where they alone differ: more seeds do not tell what another draw would give', () => {
    const ofDraw = [0.1, 0.2, 0.6];
    const row = ofDraw.flatMap((value) => Array(20).fill(value));
    const { low, high } = crossedInterval(crossedOf(10, 3, Array(10).fill(row).flat()), ANY);
    const { mean, std } = spread(ofDraw);
    const half = (studentT95(2) * std) / Math.sqrt(3);
    expect(low).toBeCloseTo(mean - half, 6);
    expect(high).toBeCloseTo(mean + half, 6);
  });

  it('does not shrink when seeds happen to agree more than chance on images lets them', () => {
    // Every seed is right on other images, yet all are right equally often.
    const values = Array.from({ length: 4 * 100 }, (_, at) => ((at % 100) % 4 === Math.floor(at / 100) ? 1 : 0));
    const { low, high } = crossedInterval(crossedOf(4, 1, values), [0, 1]);
    expect(spreadOverDraws(meansOf(crossedOf(4, 1, values))).std).toBe(0);
    // As of 400 independent answers: ± 1.96 · √(0.25 · 0.75 / 400).
    expect(high - low).toBeGreaterThan(2 * 1.96 * 0.0216);
  });

  it('takes one seed for no evidence of anything, and no difference for none', () => {
    expect(crossedInterval(crossedOf(1, 2, [1, 1, 1, 0]), [-1, 1])).toEqual({ low: -1, high: 1 });
    expect(crossedInterval(crossedOf(3, 1, Array(12).fill(0)), [-1, 1])).toEqual({ low: 0, high: 0 });
  });

  it('does not leave what the mean can be', () => {
    const { low, high } = crossedInterval(crossedOf(2, 1, [0, 0, 0, 1, 0, 1]), [0, 1]);
    expect([low, high]).toEqual([0, 1]);
  });
});

describe('a difference', () => {
  it('sets what was drawn once beside every draw of the other', () => {
    const drawn = crossedOf(2, 2, [1, 1, 1, 0, 0, 1, 0, 0]);
    const once = crossedOf(2, 1, [1, 0, 0, 1]);
    expect([...(differenceOf(drawn, once).values as Float64Array)]).toEqual([0, 1, 0, 0, 0, 0, 0, -1]);
    expect([...(differenceOf(once, drawn).values as Float64Array)]).toEqual(
      [0, -1, 0, 0, 0, 0, 0, 1].map((v) => v + 0),
    );
  });

  it('is refused where seeds, draws or images do not go together', () => {
    const two = crossedOf(2, 2, [1, 1, 1, 0, 0, 1, 0, 0]);
    expect(() => differenceOf(two, crossedOf(3, 1, [1, 0, 0, 1, 0, 0]))).toThrow(
      '2 seeds × 2 draws × 2 images cannot be paired with 3 seeds × 1 draws × 2 images.',
    );
    expect(() => differenceOf(two, crossedOf(2, 3, Array(12).fill(0)))).toThrow(RangeError);
  });

  it('weighs each image alike in every row', () => {
    expect([...(weighted(crossedOf(2, 1, [1, 1, 0, 1]), [2, 3]).values as Float64Array)]).toEqual([2, 3, 0, 3]);
  });
});

describe('of arms that are equally good', () => {
  const world: World = { ...FACES, images: 200, seeds: 3 };

  it.each([
    ['three seeds', world],
    ['five seeds and three draws', { ...world, seeds: 5, draws: 3, draw: 0.04, drawForSeed: 0.02 }],
  ])('one in forty is called a gain, and not one in five: %s', (name, some) => {
    const draw = random('no gain', name);
    const differences = Array.from({ length: 250 }, () => {
      const { arm, reference } = simulate(some, draw);
      return differenceOf(arm, reference);
    });
    const gains = differences.filter((difference) => crossedInterval(difference, ANY).low > 0).length;
    expect(gains).toBeLessThan(0.05 * differences.length);
    // The rule that the interval replaced: a mean larger than its deviation over the seeds.
    const before = differences.filter((difference) => {
      const { mean, std } = spreadOverDraws(meansOf(difference));
      return mean > std;
    }).length;
    expect(before).toBeGreaterThan(0.1 * differences.length);
  });
});
