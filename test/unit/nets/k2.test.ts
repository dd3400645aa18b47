import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { netOf } from '../../../core/nets/net.ts';
import { decayingParameters, freshParameters, parameterCount, weightsToTensors } from '../../../core/nets/weights.ts';

const K2 = netOf({ name: 'k2', width: 32, size: 48, channels: 1, classes: 7 });

describe('the parameters of k2', () => {
  it('are as many as the layers say, or a model file of another version would pass for this one', () => {
    const [w, classes] = [32, 7];
    const kernels = 25 * w + 9 * (w * 2 * w + 2 * w * 2 * w + 2 * w * 4 * w + 4 * w * 4 * w);
    const norms = 2 * (w + 2 * w + 2 * w + 4 * w + 4 * w);
    const head = 4 * w * classes + classes;
    expect(parameterCount(K2)).toBe(kernels + norms + head);
    expect(kernels + norms + head).toBe(279_015);
  });

  it('start at the scale that keeps signals alive: √(2/inputs) for kernels, gamma 1, beta and bias 0', () => {
    const weights = { net: K2, parameters: freshParameters(K2, [1]), batchNormStats: new Float32Array(2 * 13 * 32) };
    const { tensors } = decodeSafetensors(encodeSafetensors(weightsToTensors(weights)));
    const deviation = (name: string): number => {
      const values = [...tensors[name]!.data];
      return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    };
    expect(deviation('conv1.kernel') / Math.sqrt(2 / (9 * 32))).toBeCloseTo(1, 1);
    expect(deviation('head.kernel') / Math.sqrt(1 / 128)).toBeCloseTo(1, 0);
    expect(new Set(tensors['conv3.gamma']!.data)).toEqual(new Set([1]));
    expect(new Set([...tensors['conv3.beta']!.data, ...tensors['head.bias']!.data])).toEqual(new Set([0]));
  });

  it('decay where they are kernels, and where they scale, shift or bias they do not', () => {
    const ones = decayingParameters(K2);
    const tensors = weightsToTensors({ net: K2, parameters: ones, batchNormStats: new Float32Array(2 * 13 * 32) });
    for (const { name } of K2.parameters) {
      expect(new Set(tensors[name]!.data), name).toEqual(new Set([name.endsWith('kernel') ? 1 : 0]));
    }
  });

  it('come with a graph that pools before it adds and cuts, which costs a quarter', () => {
    const first = K2.graph.nodes.slice(0, 4).map(({ op }) => op);
    expect(first).toEqual(['conv', 'max-pool', 'bias', 'relu']);
    expect(K2.embeddingSize).toBe(128);
  });
});
