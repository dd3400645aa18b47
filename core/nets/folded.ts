import type { NamedTensor } from '../format/safetensors.ts';
import { NORM_EPSILON } from '../tensor/batch-norm.ts';
import { type Weights, weightsToTensors } from './weights.ts';

/** Tensors of a graph by name, as plain numbers. */
export type FoldedTensors = Readonly<Record<string, NamedTensor>>;

/**
 * The tensors of a net's graph: its parameters, with each batch norm folded into the kernel before it and a bias:
 * γ·(w·x − mean)/√(variance + ε) + β = (w·s)·x + (β − mean·s) with s = γ/√(variance + ε).
 * No backend is needed, so that a net can be written down where none runs; every step is rounded to a float as one would.
 */
export const foldedTensors = (weights: Weights): FoldedTensors => {
  const given = weightsToTensors(weights);
  const tensors: Record<string, NamedTensor> = {
    'head.kernel': given['head.kernel']!,
    'head.bias': given['head.bias']!,
  };
  for (const block of weights.net.architecture.blocks) {
    if (block.kind === 'sum') continue;
    const of = (part: string): NamedTensor => given[`${block.name}.${part}`]!;
    const kernel = of('kernel');
    if (block.norm === 'instance') {
      for (const part of ['kernel', 'gamma', 'beta']) tensors[`${block.name}.${part}`] = of(part);
      continue;
    }
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((part) => of(part).data);
    const scale = Float32Array.from(gamma!, (value, c) => value / deviationOf(variance![c]!));
    const bias = Float32Array.from(beta!, (value, c) => value - Math.fround(mean![c]! * scale[c]!));
    tensors[`${block.name}.kernel`] = {
      shape: kernel.shape,
      data: scaledBy(scale, kernel.data),
    };
    tensors[`${block.name}.bias`] = { shape: [bias.length], data: bias };
  }
  return tensors;
};

/** Float32Array.from with a function takes twenty times as long, and a mining job does this for each of its nets. */
function scaledBy(scale: Float32Array, kernel: NamedTensor['data']): Float32Array {
  const scaled = new Float32Array(kernel.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = kernel[i]! * scale[i % scale.length]!;
  return scaled;
}

function deviationOf(variance: number): number {
  return Math.fround(Math.sqrt(Math.fround(variance + Math.fround(NORM_EPSILON))));
}
