import { describe, expect, it } from 'vitest';
import type { FoldComparison } from '../../../core/nets/fold-comparison.ts';
import { judgePool, poolVerdictWord } from '../../../core/statistics/pool-verdict.ts';
import { brierScores } from '../../../core/statistics/proper-scores.ts';
import { random } from '../../../core/tensor/random.ts';

describe('Function: poolVerdictWord', () => {
  it.each([
    [1.65, 0, 'pays'],
    [1.65, -0.01, 'no-evidence'],
    [1.64, 3, 'no-evidence'],
    [-1.64, -1.96, 'no-evidence'],
    [-1.65, 3, 'harms'],
    [3, -1.97, 'harms'],
    [0, 0, 'no-evidence'],
  ] as const)('Brier %d, accuracy %d: %s', (brier, accuracy, word) => {
    expect(poolVerdictWord(brier, accuracy, 100, false)).toBe(word);
  });

  it('never says that a pool of other images pays, and still that it harms', () => {
    expect(poolVerdictWord(3, 3, 100, true)).toBe('no-evidence');
    expect(poolVerdictWord(-3, 3, 100, true)).toBe('harms');
  });

  it('does not stop a run, nor promise a gain, on a handful of labelled images', () => {
    expect(poolVerdictWord(-5, -5, 99, false)).toBe('no-evidence');
    expect(poolVerdictWord(5, 5, 99, false)).toBe('no-evidence');
  });
});

describe('Function: brierScores', () => {
  it('is the squared distance from the label, from 0 where it is sure and right to 2 where it is sure and wrong', () => {
    const p = Float32Array.from([1, 0, 0, 0, 1, 0, 0.5, 0.25, 0.25]);
    expect(brierScores(p, Int32Array.from([0, 0, 0]), 3)).toEqual([0, 2, 0.375]);
  });
});

const CLASSES = 3;

/** Logits that know the label by so much, among noise that both sides share. */
const foldOf = (fold: number, perClass: number, knows: { mined: number; control: number }): FoldComparison => {
  const draw = random('verdict', fold);
  const labels = Int32Array.from({ length: CLASSES * perClass }, (_, i) => i % CLASSES);
  const noise = Float32Array.from({ length: labels.length * CLASSES }, () => draw.uniform(-2, 2));
  const side = (by: number): Float32Array =>
    noise.map(
      (value, at) => value + (labels[Math.floor(at / CLASSES)] === at % CLASSES ? by : 0) + draw.uniform(-0.5, 0.5),
    );
  return { labels, mined: side(knows.mined), control: side(knows.control) };
};
const judge = (mined: number, control: number) =>
  judgePool(
    [0, 1, 2, 3, 4].map((fold) => foldOf(fold, 20, { mined, control })),
    CLASSES,
    false,
  );

describe('Function: judgePool', () => {
  it('says that mined images pay, harm, or show nothing, by images that the nets had not seen', () => {
    expect(judge(2, 1).verdict).toBe('pays');
    expect(judge(1, 2).verdict).toBe('harms');
    expect(judge(1, 1).verdict).toBe('no-evidence');
  });

  it('gives the numbers behind the word: both sides, and the gain between them', () => {
    const { images, folds, accuracy, brier } = judge(2, 1);
    expect({ images, folds }).toEqual({ images: 300, folds: 5 });
    expect(accuracy.mined - accuracy.control).toBeCloseTo(accuracy.gain.mean, 10);
    expect(brier.control - brier.mined).toBeCloseTo(brier.gain.mean, 10);
    expect(brier.gain.mean).toBeGreaterThan(0);
    expect(accuracy.gain.low).toBeLessThan(accuracy.gain.mean);
  });

  it('does not take nets that are as good but too sure for worse: the temperature is another fold’s to say', () => {
    const folds = [0, 1, 2, 3, 4].map((fold) => foldOf(fold, 20, { mined: 1, control: 1 }));
    const plain = judgePool(folds, CLASSES, false);
    const sure = judgePool(
      folds.map((fold) => ({ ...fold, mined: fold.mined.map((value) => 5 * value) })),
      CLASSES,
      false,
    );
    expect(sure.brier.mined).toBeCloseTo(plain.brier.mined, 3);
    expect(sure.verdict).toBe(plain.verdict);
  });

  it('does not let a fold choose its own temperature', () => {
    const answers = (right: number): FoldComparison => {
      const logits = Float32Array.from({ length: 16 }, (_, at) => (at < 2 * right === (at % 2 === 0) ? 1 : 0));
      return { labels: new Int32Array(8), mined: logits, control: logits };
    };
    // Three of four right ask for a probability of 3/4, which the fold of right answers pays for with 2 (1/4)² each; that
    // fold asks for certainty, which costs the other one 2 for each of its two wrong answers.
    const { brier } = judgePool([answers(6), answers(8)], 2, false);
    expect(brier.mined).toBeCloseTo((8 * 2 * 0.25 ** 2 + 2 * 2) / 16, 3);
    expect(brier.gain).toEqual({ mean: 0, t: 0, low: 0, high: 0 });
  });
});
