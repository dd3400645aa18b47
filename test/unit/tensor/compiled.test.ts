import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { compiled } from '../../../core/tensor/compiled/compiled.ts';
import { testableLearners } from '../../support/backends.ts';
import { expectNear } from '../../support/near.ts';

const values = (tensor: tf.Tensor): number[] => [...(tensor.dataSync() as Float32Array)];

describe.each(testableLearners())('Function: compiled on %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  const expectSame = (found: readonly tf.Tensor[], expected: readonly tf.Tensor[]): void => {
    if (options.inference === undefined) expect(found.map(values)).toEqual(expected.map(values));
    else for (const [i, tensor] of found.entries()) expectNear(values(tensor), values(expected[i]!));
  };

  it('gives what the work gives, to the last bit where the backend computes, for values and shapes that it has not seen', async () => {
    const work = (x: tf.Tensor2D, kernel: tf.Tensor2D): [tf.Tensor2D, tf.Scalar] => {
      const { value, grad } = tf.valueAndGrad((kernel) =>
        tf.mean(tf.square(tf.relu(tf.matMul(x, kernel as tf.Tensor2D)))),
      )(kernel);
      return [grad as tf.Tensor2D, value as tf.Scalar];
    };
    const once = compiled(work);
    const kernel = tf.randomNormal<tf.Rank.R2>([5, 3], 0, 1, 'float32', 1);
    for (const [rows, seed] of [
      [4, 2],
      [4, 3],
      [7, 4],
      [4, 5],
    ] as const) {
      const x = tf.randomNormal<tf.Rank.R2>([rows, 5], 0, 1, 'float32', seed);
      const [expected, found] = [tf.tidy(() => work(x, kernel)), await once.run(x, kernel)];
      expectSame(found, expected);
      expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    }
    once.dispose();
  });

  it('keeps constants of every type, and attributes below 0', async () => {
    const work = (x: tf.Tensor3D): tf.Tensor[] => [
      tf.cast(tf.argMax(x, -1), 'float32'),
      tf.where(tf.tensor3d([1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1], [2, 2, 3], 'bool'), x, tf.fill([2, 2, 3], -2)),
      tf.gather(x, tf.tensor1d([1, 0], 'int32'), 0),
      tf.stridedSlice(x, [0, 0, 2], [2, 2, 0], [1, 1, -1]),
      tf.concat([x, x], -1),
      // Its axis is the attribute -1.
      tf.cast(tf.oneHot(tf.reshape(tf.argMax(x, -1), [4]) as tf.Tensor1D, 3), 'float32'),
    ];
    const once = compiled(work);
    const x = tf.randomNormal<tf.Rank.R3>([2, 2, 3], 0, 1, 'float32', 6);
    expectSame(await once.run(x), work(x));
    once.dispose();
  });

  it('keeps its outputs alive and nothing else', async () => {
    const once = compiled((x: tf.Tensor1D): [tf.Tensor1D] => [tf.add(tf.mul(x, 2), 1)]);
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    let output: tf.Tensor1D | undefined;
    for (let i = 0; i < 3; i++) [output] = await once.run(x);
    expect(tf.memory().numTensors - before).toBe(3);
    expect(values(output!)).toEqual([3, 5]);
    once.dispose();
  });

  it('throws what the work throws, and works afterwards', async () => {
    let fails = true;
    const once = compiled((x: tf.Tensor1D): [tf.Tensor1D] => {
      if (fails) throw new TypeError('not today');
      return [tf.neg(x)];
    });
    const x = tf.tensor1d([1]);
    await expect(once.run(x)).rejects.toThrow(new TypeError('not today'));
    fails = false;
    expect(values((await once.run(x))[0])).toEqual([-1]);
    expect(values(tf.add(x, 1))).toEqual([2]);
    once.dispose();
  });
});

const graphs = testableLearners().filter(([, { forced, inference }]) => forced !== 'wasm' || inference !== undefined);

describe.each(graphs)('Function: compiled, where a graph is run: %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  it('does the work once for inputs of the same shapes', async () => {
    let calls = 0;
    const once = compiled((x: tf.Tensor1D): [tf.Tensor1D] => {
      calls++;
      return [tf.neg(x)];
    });
    for (const length of [2, 2, 3, 2, 3]) (await once.run(tf.ones([length])))[0].dispose();
    expect(calls).toBe(2);
    once.dispose();
  });

  it('refuses a tensor that it was not given, whose later values it would never see', async () => {
    const values = tf.tensor1d([1]);
    // One waits for its upload, the other is the output of an operation.
    for (const other of [values, tf.neg(values)]) {
      const once = compiled((x: tf.Tensor1D): [tf.Tensor1D] => [tf.add(x, other)]);
      await expect(once.run(tf.tensor1d([1]))).rejects.toThrow(
        new RangeError('A tensor is used that compiled work was not given.'),
      );
    }
  });

  it('refuses to read values, which would decide for all later ones', async () => {
    const once = compiled((x: tf.Tensor1D): [tf.Tensor1D] => [tf.mul(x, tf.sum(x).dataSync()[0]!)]);
    await expect(once.run(tf.tensor1d([1]))).rejects.toThrow(
      new RangeError('Compiled work cannot read the values of its tensors.'),
    );
    expect(values(tf.tensor1d([1]))).toEqual([1]);
  });

  it('leaves no folder behind', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('omnidistill-graph-'));
    const before = folders();
    await compiled((x: tf.Tensor1D): [tf.Tensor1D] => [tf.neg(x)]).run(tf.tensor1d([1]));
    expect(folders()).toEqual(before);
  });
});
