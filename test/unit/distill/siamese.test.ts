import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { affineMatrix, transformed } from '../../../core/distill/affine-matrix.ts';
import { drawVariation, type Vary } from '../../../core/distill/siamese.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';

const SIZE = 6;
const STILL = { turn: 0, scaleX: 1, scaleY: 1, dx: 0, dy: 0 };

const images = (count: number, channels = 1, stream = 'images'): tf.Tensor4D => {
  const draw = random(stream, count, channels);
  const values = Float32Array.from({ length: count * SIZE * SIZE * channels }, () => draw.normal());
  return tf.tensor4d(values, [count, SIZE, SIZE, channels]);
};

const valuesOf = (tensor: tf.Tensor): number[] => [...(tensor.dataSync() as Float32Array)];

describe.each(testableBackends())('variations that real and synthetic images share, on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('move an image by whole pixels without a loss, and show black where it ends', () => {
    const [before, after] = tf.tidy(() => {
      const one = images(1);
      return [valuesOf(one), valuesOf(transformed(one, affineMatrix(SIZE, { ...STILL, dx: 2, dy: -1 })))];
    });
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const inside = x + 2 < SIZE && y - 1 >= 0;
        expect(after[y * SIZE + x]).toBeCloseTo(inside ? before[(y - 1) * SIZE + x + 2]! : 0, 6);
      }
    }
  });

  it('turn an image by a quarter as its pixels do, each channel by itself', () => {
    tf.tidy(() => {
      const one = images(2, 3);
      const turned = transformed(one, affineMatrix(SIZE, { ...STILL, turn: Math.PI / 2 }));
      const expected = tf.reverse(tf.transpose(one, [0, 2, 1, 3]), 1);
      const other = tf.reverse(tf.transpose(one, [0, 2, 1, 3]), 2);
      const gap = (to: tf.Tensor): number => tf.max(tf.abs(tf.sub(turned, to))).dataSync()[0]!;
      expect(Math.min(gap(expected), gap(other))).toBeLessThan(1e-5);
      expect(Math.max(gap(expected), gap(other))).toBeGreaterThan(0.5);
    });
  });

  it('hand a gradient back that finite differences agree with, whatever the kind', () => {
    for (let kind = 0; kind < 12; kind++) {
      const vary: Vary = drawVariation('siamese', { size: SIZE, mirror: true }, random('kind', kind));
      tf.tidy(() => {
        const [one, direction, weights] = [images(2), images(2, 1, 'direction'), images(2, 1, 'weights')];
        const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.square(vary(x as tf.Tensor4D)), weights));
        const step = 1e-2;
        const up = loss(tf.add(one, tf.mul(direction, step))).dataSync()[0]!;
        const down = loss(tf.sub(one, tf.mul(direction, step))).dataSync()[0]!;
        const slope = tf.sum(tf.mul(tf.grad(loss)(one), direction)).dataSync()[0]!;
        // The loss is quadratic, so that central differences are exact but for rounding.
        expect(slope).toBeCloseTo((up - down) / (2 * step), 1);
      });
    }
  });

  it('treat all images of a step alike, and never mirror where that is another class', () => {
    tf.tidy(() => {
      const two = tf.concat([images(1), images(1)]);
      const mirrored = valuesOf(tf.reverse(images(1), 2));
      let mirrors = 0;
      for (let i = 0; i < 60; i++) {
        const seen = drawVariation('siamese', { size: SIZE, mirror: false }, random('upright', i))(two);
        const [first, second] = tf.split(seen, 2);
        expect(valuesOf(first!)).toEqual(valuesOf(second!));
        const also = valuesOf(
          tf.split(drawVariation('siamese', { size: SIZE, mirror: true }, random('any', i))(two), 2)[0]!,
        );
        if (also.every((value, at) => Math.abs(value - mirrored[at]!) < 1e-6)) mirrors++;
        expect(valuesOf(first!)).not.toEqual(mirrored);
      }
      expect(mirrors).toBeGreaterThan(0);
    });
  });
});
