import { describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { random } from '../../../core/tensor/random.ts';
import { batches } from '../../../core/train/batches.ts';
import { type TrainingData, withHardLabels, withPseudoLabels } from '../../../core/train/training-data.ts';
import { toySet } from '../../support/toy.ts';

/** Images whose target row names them: one class each. */
const numbered = (count: number, from: number, classes: number): TrainingData => {
  const targets = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) targets[i * classes + from + i] = 1;
  return { size: 16, channels: 1, count, classes, targets, pixels: toySet(count, 1, from).pixels };
};

const rowsOf = (targets: Float32Array, classes: number): number[][] =>
  Array.from({ length: targets.length / classes }, (_, i) => [...targets.slice(i * classes, (i + 1) * classes)]);

const namesOf = (targets: Float32Array, classes: number): number[] =>
  rowsOf(targets, classes).map((row) => row.indexOf(1));

/** No variation at all. */
const STILL = { shift: 0, degrees: 0, scale: 0, contrast: 0, offset: 0, cutout: 0 };
const PLAIN = { augmentation: EARLIER_AUGMENTATION, mixup: 0 };
const MIXED = { ...PLAIN, mixup: 0.3 };

describe('Function: batches', () => {
  it('holds to the part of each set, however unequal the sets are, or the mined would drown the labelled', () => {
    const [few, many] = [numbered(2, 0, 9), numbered(7, 2, 9)];
    const source = batches(
      [
        { set: few, perBatch: 3 },
        { set: many, perBatch: 5 },
      ],
      PLAIN,
      random(1),
    );
    for (let i = 0; i < 4; i++) {
      const { count, images, targets } = source.next();
      expect([count, images.length, targets.length]).toEqual([8, 8 * 256, 8 * 9]);
      expect(namesOf(targets, 9).filter((name) => name < 2)).toHaveLength(3);
    }
  });

  it('shows every image once before it shows one twice, in another order each time', () => {
    const source = batches([{ set: numbered(10, 0, 10), perBatch: 4 }], PLAIN, random(2));
    const seen = Array.from({ length: 5 }, () => namesOf(source.next().targets, 10)).flat();
    const [first, second] = [seen.slice(0, 10), seen.slice(10, 20)];
    const all = Array.from({ length: 10 }, (_, i) => i);
    expect([...first].sort((a, b) => a - b)).toEqual(all);
    expect([...second].sort((a, b) => a - b)).toEqual(all);
    expect(second).not.toEqual(first);
  });

  it('shows images as often as their weights ask for, fractions by chance and none in between', () => {
    const set = { ...numbered(4, 0, 4), weights: Float32Array.of(0.5, 3, 0, 0.5) };
    const source = batches([{ set, perBatch: 4 }], PLAIN, random(7));
    const counts = [0, 0, 0, 0];
    const rounds = 300;
    for (let i = 0; i < rounds; i++) {
      const names = namesOf(source.next().targets, 4);
      expect(names.filter((name) => name === 1)).toHaveLength(3);
      for (const name of names) counts[name]! += 1;
    }
    expect(counts[2]).toBe(0);
    expect(Math.abs(counts[0]! - rounds / 2)).toBeLessThan(3 * Math.sqrt(rounds / 4));
    expect(counts[0]! + counts[3]!).toBe(rounds);
  });

  it('mirrors nothing where mirrors show another class', () => {
    const set = numbered(1, 0, 1);
    const firsts = (mirror: boolean): Set<string> => {
      const source = batches(
        [{ set, perBatch: 1 }],
        { augmentation: STILL, mixup: 0, mirror, secondView: STILL },
        random(9),
      );
      const views = Array.from({ length: 12 }, () => source.next());
      return new Set(views.flatMap(({ images, secondViews }) => [images.join(), secondViews!.join()]));
    };
    expect(firsts(false).size).toBe(1);
    expect(firsts(true).size).toBe(2);
  });

  it('makes a second view of the same images where it is asked to', () => {
    const set = numbered(3, 0, 3);
    const rules = { ...PLAIN, mirror: false, secondView: STILL };
    const { targets, images, secondViews } = batches(
      [{ set, perBatch: 3, augmentation: STILL }],
      rules,
      random(8),
    ).next();
    expect(secondViews).toEqual(images);
    expect(namesOf(targets, 3).sort()).toEqual([0, 1, 2]);
    const varied = batches([{ set, perBatch: 3 }], rules, random(8)).next();
    expect(varied.secondViews).not.toEqual(varied.images);
    expect(batches([{ set, perBatch: 3 }], PLAIN, random(8)).next()).not.toHaveProperty('secondViews');
  });

  it('mixes targets convexly with one weight a batch: rows still sum to 1 and no batch changes its total', () => {
    const source = batches([{ set: numbered(6, 0, 6), perBatch: 6 }], MIXED, random(3));
    let mixed = 0;
    for (let i = 0; i < 10; i++) {
      const { targets, images } = source.next();
      const rows = rowsOf(targets, 6);
      const values = new Set<string>();
      for (const row of rows) {
        expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
        expect(row.every((x) => x >= 0)).toBe(true);
        for (const x of row) if (x > 0 && x < 1) values.add(Math.max(x, 1 - x).toFixed(4));
      }
      expect(values.size).toBeLessThanOrEqual(1);
      mixed += values.size;
      // Each image is some row's partner exactly once, so every class keeps its total.
      for (let c = 0; c < 6; c++) expect(rows.reduce((sum, row) => sum + row[c]!, 0)).toBeCloseTo(1, 4);
      expect(images.every((value) => Number.isFinite(value))).toBe(true);
    }
    expect(mixed).toBeGreaterThan(5);
  });

  it('gives mixed images their contrast back where it is asked to: a teacher has seen no pale ones', () => {
    const source = batches([{ set: numbered(6, 0, 6), perBatch: 6 }], { ...MIXED, standardise: true }, random(3));
    for (let i = 0; i < 5; i++) {
      const { images } = source.next();
      for (let row = 0; row < 6; row++) {
        const values = [...images.subarray(row * 256, (row + 1) * 256)];
        const mean = values.reduce((sum, value) => sum + value, 0) / 256;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 256;
        expect(mean).toBeCloseTo(0, 4);
        expect(variance).toBeCloseTo(1, 4);
      }
    }
  });

  it('repeats itself from the same stream and not from another', () => {
    const start = (seed: number) => batches([{ set: numbered(5, 0, 5), perBatch: 4 }], MIXED, random(seed)).next();
    expect(start(4)).toEqual(start(4));
    expect(start(5).images).not.toEqual(start(4).images);
  });
});

describe('what a net is trained on', () => {
  const mined = { ...toySet(1, 2, 0), weights: Float32Array.of(1.5, 0.5), chances: Float32Array.of(0.7, 0.1) };

  it('teaches pseudo-labels as likely as they are where it is asked to, and never less than a guess', () => {
    const calibrated = withPseudoLabels(mined, 4, { minedLabels: 'calibrated', labelSmoothing: 0.2 });
    [0.7, 0.1, 0.1, 0.1, 0.25, 0.25, 0.25, 0.25].forEach((p, i) => expect(calibrated.targets[i]).toBeCloseTo(p, 6));
    expect(calibrated.weights).toBe(mined.weights);
  });

  it('takes pseudo-labels at their word otherwise, and where nobody knows how likely they are', () => {
    const hard = withPseudoLabels(mined, 4, { minedLabels: 'hard', labelSmoothing: 0.2 });
    expect(hard.targets).toEqual(withHardLabels(mined, 4, 0.2).targets);
    expect(hard.weights).toBe(mined.weights);
    const unknown = withPseudoLabels(toySet(1, 2, 0), 4, { minedLabels: 'calibrated', labelSmoothing: 0.2 });
    expect(unknown.targets).toEqual(hard.targets);
  });

  it('smooths hard labels evenly over all classes', () => {
    const { targets } = withHardLabels(toySet(1, 2, 0), 4, 0.2);
    [0.85, 0.05, 0.05, 0.05, 0.05, 0.85, 0.05, 0.05].forEach((value, i) => expect(targets[i]).toBeCloseTo(value, 6));
  });
});
