import { describe, expect, it } from 'vitest';
import type { GateCard } from '../../../core/contracts/gate.ts';
import { concatImages, type Images } from '../../../core/data/images.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { exposuresOf, limitsOf } from '../../../core/gate/exposure.ts';
import { type Gate, judge, junkScores } from '../../../core/gate/gate.ts';
import { votesFromTensors, votesToTensors } from '../../../core/gate/gate-tensors.ts';
import { GRADIENTS, gradientHistograms } from '../../../core/gate/gradients.ts';
import { greyImages } from '../../../core/gate/grey.ts';
import { logOdds, type Perceptron } from '../../../core/gate/perceptron.ts';
import { random } from '../../../core/tensor/random.ts';

const SIZE = 16;
const drawn = (count: number, value: (draw: () => number, x: number, y: number) => number): Images<Uint8Array> => {
  const draw = random('gate', count);
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE }, (_, i) =>
    Math.max(
      0,
      Math.min(
        255,
        value(() => draw.normal(), i % SIZE, Math.floor(i / SIZE) % SIZE),
      ),
    ),
  );
  return { size: SIZE, channels: 1, count, pixels };
};
const noise = (count: number, mean: number, contrast: number) => drawn(count, (normal) => mean + contrast * normal());

/** A vote whose log-odds are the sum of the histogram, plus one. */
const SUM: Perceptron = {
  inputs: GRADIENTS,
  hidden: 1,
  mean: new Float32Array(GRADIENTS),
  scale: new Float32Array(GRADIENTS).fill(1),
  kernel: new Float32Array(GRADIENTS).fill(1),
  bias: new Float32Array(1),
  head: Float32Array.of(1),
  headBias: 1,
};

const gateOf = (junk: Partial<GateCard['junk']> = {}, limits: GateCard['limits'] = {}): Gate => ({
  votes: [SUM],
  card: {
    junk: {
      on: true,
      why: '',
      labelled: 100,
      votes: [{ median: 5, spread: 2 }],
      highest: 1,
      passed: { labelled: 0.98, junk: {} },
      unused: [],
      ...junk,
    },
    limits,
    sample: { images: 0, rejected: {} },
  },
});

describe('Function: logOdds', () => {
  it('is head · relu(kernel · (vector − mean) · scale + bias) + its own bias', () => {
    const net: Perceptron = {
      inputs: 2,
      hidden: 2,
      mean: Float32Array.of(1, 0),
      scale: Float32Array.of(2, 1),
      kernel: Float32Array.of(1, -1, 3, 1),
      bias: Float32Array.of(0.5, 0),
      head: Float32Array.of(2, 10),
      headBias: -1,
    };
    // (2, 1): hidden (2·1 + 1·3 + 0.5, −2 + 1) = (5.5, −1); 2 · 5.5 − 1 = 10. (1, −1): (−2.5, −1): nothing but −1.
    expect([...logOdds(net, Float32Array.of(2, 1, 1, -1))]).toEqual([10, -1]);
  });
});

describe('Function: judge', () => {
  it('refuses from the first score above the highest on, and tells the score', () => {
    const images = noise(2, 128, 30);
    const sums = [...logOdds(SUM, gradientHistograms(greyImages(images)))];
    const scores = sums.map((sum) => (5 - sum) / 2);
    expect([...junkScores(gateOf(), greyImages(images))]).toEqual(scores.map((score) => expect.closeTo(score, 4)));
    const [first] = junkScores(gateOf(), greyImages(images));
    expect(judge(gateOf({ highest: first! }), images)[0]).toBeUndefined();
    expect(judge(gateOf({ highest: first! - 1e-3 }), images)[0]).toEqual({
      reason: 'junk',
      detail: `junk score ${first!.toFixed(2)}, at most ${(first! - 1e-3).toFixed(2)}`,
    });
  });

  it('lets everything pass where it is off and has no limits', () => {
    expect(judge(gateOf({ on: false, highest: -1000 }), noise(3, 128, 30))).toEqual([undefined, undefined, undefined]);
  });

  it('tells flat, dark, bright and blurred images apart, each with what was measured', () => {
    const limits = limitsOf(exposuresOf(noise(60, 128, 30)));
    const slope = drawn(1, (_, x) => 60 + 8 * x);
    const images = concatImages([noise(1, 128, 30), noise(1, 128, 0.2), noise(1, 25, 22), noise(1, 230, 22), slope]);
    const refused = judge(gateOf({ on: false }, limits), images);
    expect(refused.map((one) => one?.reason)).toEqual([undefined, 'flat', 'too-dark', 'too-bright', 'blurred']);
    expect(refused[1]?.detail).toMatch(/^contrast 0\.00\d+, at least 0\.0\d+$/);
  });
});

describe('Function: limitsOf', () => {
  it('are the labelled set’s own: what is dim and soft by nature is not thinned out', () => {
    const dim = (count: number) => drawn(count, (normal, x) => 12 + 2 * Math.sin(x / 2) + 0.5 * normal());
    const limits = limitsOf(exposuresOf(dim(40)));
    expect(judge(gateOf({ on: false }, limits), dim(200)).every((refused) => refused === undefined)).toBe(true);
    expect(judge(gateOf({ on: false }, limits), noise(1, 0, 0))[0]?.reason).toBe('flat');
  });
});

describe('the votes of a gate', () => {
  it('are the same after they were stored', () => {
    const bytes = encodeSafetensors(votesToTensors([SUM, { ...SUM, headBias: 2 }]));
    expect(votesFromTensors(decodeSafetensors(bytes).tensors)).toEqual([SUM, { ...SUM, headBias: 2 }]);
  });

  it('are not read from a file that lacks one of their tensors', () => {
    const { '0.head': _, ...tensors } = votesToTensors([SUM]);
    expect(() => votesFromTensors(tensors)).toThrow(/needs float32 "0\.head"/);
  });
});
