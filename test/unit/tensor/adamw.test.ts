import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamW, freshAdamW } from '../../../core/tensor/adamw.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableBackends } from '../../support/backends.ts';

describe.each(testableBackends())('Function: adamW on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('takes the two steps that the paper prescribes, or every recipe would mean something else', () => {
    const optimiser = adamW(freshAdamW(Float32Array.of(1, -2)), 0.01);
    const [first, second] = [tf.tensor1d([0.5, -1]), tf.tensor1d([0.1, 0.3])];
    optimiser.step(first, 0.1);
    // The first step is the sign of the gradient: θ(1 - 0.1·0.01) ∓ 0.1.
    const afterOne = [...optimiser.parameters.dataSync()];
    expect(afterOne[0]).toBeCloseTo(0.899, 5);
    expect(afterOne[1]).toBeCloseTo(-1.898, 5);
    optimiser.step(second, 0.1);
    // m̂ = 0.055/0.19 and -0.06/0.19, v̂ = 0.00025975/0.001999 and 0.001089/0.001999.
    const afterTwo = [...optimiser.parameters.dataSync()];
    expect(afterTwo[0]).toBeCloseTo(0.817797, 5);
    expect(afterTwo[1]).toBeCloseTo(-1.853317, 5);
    optimiser.dispose();
    tf.dispose([first, second]);
  });

  it('goes on from a state with the same bits and leaves the state alone, or a training that was interrupted ends otherwise', () => {
    const gradients = [0.5, -0.2, 0.3].map((value) => tf.tensor1d([value, -value, 2 * value]));
    const whole = adamW(freshAdamW(Float32Array.of(1, -2, 3)), 0.01);
    for (const gradient of gradients) whole.step(gradient, 0.1);
    const first = adamW(freshAdamW(Float32Array.of(1, -2, 3)), 0.01);
    first.step(gradients[0]!, 0.1);
    const kept = first.state();
    const copy = structuredClone(kept);
    const second = adamW(kept, 0.01);
    for (const gradient of gradients.slice(1)) second.step(gradient, 0.1);
    expect(second.state()).toEqual(whole.state());
    expect(kept).toEqual(copy);
    for (const optimiser of [whole, first, second]) optimiser.dispose();
    tf.dispose(gradients);
  });

  it('decays weights even where the gradient is zero', () => {
    const optimiser = adamW(freshAdamW(Float32Array.of(4)), 0.5);
    tf.tidy(() => optimiser.step(tf.zeros([1]), 0.1));
    expect(optimiser.parameters.dataSync()[0]).toBeCloseTo(3.8, 5);
    optimiser.dispose();
  });

  it('leaves alone what must not decay: a norm that shrinks would take its map with it', () => {
    const optimiser = adamW(freshAdamW(Float32Array.of(4, 4)), 0.5, Float32Array.of(1, 0));
    tf.tidy(() => optimiser.step(tf.zeros([2]), 0.1));
    const [decayed, kept] = optimiser.parameters.dataSync();
    expect(decayed).toBeCloseTo(3.8, 5);
    expect(kept).toBe(4);
    optimiser.dispose();
  });

  it('keeps as many tensors after 30 steps inside a tidy as after one, or a long training runs out of memory', () => {
    const before = tf.memory().numTensors;
    const optimiser = adamW(freshAdamW(new Float32Array(5)), 0.01);
    const held = tf.memory().numTensors;
    for (let i = 0; i < 30; i++) tf.tidy(() => optimiser.step(tf.ones([5]), 0.1));
    expect(tf.memory().numTensors).toBe(held);
    optimiser.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
