import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { minimise } from '../../../core/statistics/lbfgs.ts';
import { softmaxFitter } from '../../../core/statistics/softmax-regression.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';

describe('Function: minimise', () => {
  it('finds the least value of a long valley, where steps along the slope alone would go to and fro', () => {
    const curvature = [1, 10, 1000];
    const lowest = [3, -2, 0.5];
    const found = minimise(
      new Float32Array(3),
      (point) => {
        const away = curvature.map((_, i) => point[i]! - lowest[i]!);
        return {
          value: 1 + curvature.reduce((sum, c, i) => sum + (c * away[i]! ** 2) / 2, 0),
          gradient: Float32Array.from(curvature, (c, i) => c * away[i]!),
        };
      },
      { enough: 1e-12 },
    );
    for (const [i, value] of lowest.entries()) expect(found[i]).toBeCloseTo(value, 3);
  });

  it('stays where nothing is to be gained', () => {
    const flat = (point: Float32Array) => ({ value: 1, gradient: point.map(() => 0) });
    expect([...minimise(Float32Array.of(1, 2), flat)]).toEqual([1, 2]);
  });
});

const WIDTH = 4;
const CLASSES = 3;

/** Rows whose classes follow from their values, not without chance. */
const rows = () => {
  const draw = random('softmax');
  const values = Float32Array.from({ length: 60 * WIDTH }, () => draw.normal());
  const labels = Int32Array.from({ length: 60 }, (_, i) => {
    const score = values[i * WIDTH]! + 0.7 * draw.normal();
    return score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
  });
  return { width: WIDTH, classes: CLASSES, values, labels };
};

describe.each(testableBackends())('Function: softmaxFitter on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('stands where the penalised gradient is zero, or the head would not be what its penalty says', () => {
    const set = rows();
    const fitter = softmaxFitter(set);
    const penalty = 0.05;
    const { kernel, bias } = fitter.fit(penalty);
    fitter.dispose();
    const gradient = new Float64Array(WIDTH * CLASSES);
    const offsets = new Float64Array(CLASSES);
    set.labels.forEach((label, i) => {
      const logits = Array.from({ length: CLASSES }, (_, c) =>
        Array.from({ length: WIDTH }, (_, k) => set.values[i * WIDTH + k]! * kernel[k * CLASSES + c]!).reduce(
          (sum, part) => sum + part,
          bias[c]!,
        ),
      );
      const parts = logits.map(Math.exp);
      const sum = parts.reduce((a, b) => a + b);
      parts.forEach((part, c) => {
        const error = (part / sum - Number(c === label)) / set.labels.length;
        offsets[c]! += error;
        for (let k = 0; k < WIDTH; k++) gradient[k * CLASSES + c]! += error * set.values[i * WIDTH + k]!;
      });
    });
    for (const offset of offsets) expect(offset).toBeCloseTo(0, 2);
    gradient.forEach((value, at) => expect(value + penalty * kernel[at]!).toBeCloseTo(0, 2));
  });

  it('is held to small coefficients by a strong penalty, and says the class shares then', () => {
    const set = rows();
    const fitter = softmaxFitter(set);
    const { kernel, bias } = fitter.fit(1000);
    fitter.dispose();
    for (const value of kernel) expect(Math.abs(value)).toBeLessThan(1e-2);
    const parts = bias.map(Math.exp);
    const sum = parts.reduce((a, b) => a + b);
    parts.forEach((part, label) => {
      const share = set.labels.filter((one) => one === label).length / set.labels.length;
      expect(part / sum).toBeCloseTo(share, 2);
    });
  });

  it('gives the same bits every time, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const kernelOf = (): Float32Array => {
      const fitter = softmaxFitter(rows());
      const { kernel } = fitter.fit(0.1);
      fitter.dispose();
      return kernel;
    };
    expect(kernelOf()).toEqual(kernelOf());
    expect(tf.memory().numTensors).toBe(before);
  });
});
