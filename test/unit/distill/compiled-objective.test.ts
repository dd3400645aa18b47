import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { characteristicFunctions } from '../../../core/distill/characteristic-functions.ts';
import { classMeans } from '../../../core/distill/class-means.ts';
import { compiledObjective } from '../../../core/distill/compiled-objective.ts';
import { matchGradients } from '../../../core/distill/gradient-matching.ts';
import { byFeatures, type Look, type Objective } from '../../../core/distill/objective.ts';
import { drawVariation } from '../../../core/distill/siamese.ts';
import { graphTensors } from '../../../core/nets/run-graph.ts';
import type { Weights } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableLearners } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';
import { expectNear } from '../../support/near.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const CLASSES = 2;
/** Two nets of one kind and one of another: each has tensors of its own. */
const NETS = [toyWeights(1, CLASSES), toyWeights(2, CLASSES), toyWeights(3, CLASSES, 1, 'convnet')];
const OBJECTIVES: readonly (readonly [string, Objective])[] = [
  ['class means', byFeatures(classMeans)],
  ['gradients', matchGradients],
  ['characteristic functions, others in every step', byFeatures(characteristicFunctions('compiled'))],
];

const values = (tensor: tf.Tensor): number[] => [...(tensor.dataSync() as Float32Array)];

describe.each(testableLearners())('Function: compiledObjective on %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  const lookAt = (weights: Weights, step: number, augmentation: 'mirror' | 'siamese'): Look => ({
    weights,
    tensors: graphTensors(weights),
    factor: 2,
    vary: drawVariation(augmentation, weights.net, random('look', step)),
    step,
  });
  const sidesOf = (step: number) => ({
    real: normal([CLASSES * 3, SIZE, SIZE, 1], step) as tf.Tensor4D,
    synthetic: tf.sigmoid(normal([CLASSES, SIZE, SIZE, 1], step + 1)) as tf.Tensor4D,
    first: 0,
    classes: CLASSES,
  });

  it.each(OBJECTIVES)('has the gradient of %s for each net, its mirrors, and every variation', async (_, objective) => {
    const whole = compiledObjective(objective);
    for (const [step, augmentation] of (
      ['mirror', 'mirror', 'mirror', 'mirror', 'siamese', 'siamese'] as const
    ).entries()) {
      for (const weights of NETS) {
        const [look, sides] = [lookAt(weights, step, augmentation), sidesOf(step)];
        const expected = values(objective.gradient(look, sides));
        expect(expected.some((value) => value !== 0)).toBe(true);
        expectNear(values(await whole.gradient(look, sides)), expected);
      }
    }
    whole.dispose();
  });

  it('tells the classes of a later pass from those of the first', async () => {
    const whole = compiledObjective(matchGradients);
    const look = lookAt(NETS[0]!, 0, 'mirror');
    const sides = { ...sidesOf(1), classes: 1 };
    const one = values(await whole.gradient(look, { ...sides, first: 0 }));
    const other = values(await whole.gradient(look, { ...sides, first: 1 }));
    expectNear(other, values(matchGradients.gradient(look, { ...sides, first: 1 })));
    expect(() => expectNear(one, other)).toThrow();
    whole.dispose();
  });
});
