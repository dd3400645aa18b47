import type { NamedTensor } from '../format/safetensors.ts';
import type { Perceptron } from './perceptron.ts';

/** The votes of a gate as named tensors. */
export const votesToTensors = (votes: readonly Perceptron[]): Record<string, NamedTensor> =>
  Object.fromEntries(
    votes.flatMap(({ inputs, hidden, mean, scale, kernel, bias, head, headBias }, vote) => [
      [`${vote}.mean`, { shape: [inputs], data: mean }],
      [`${vote}.scale`, { shape: [inputs], data: scale }],
      [`${vote}.kernel`, { shape: [inputs, hidden], data: kernel }],
      [`${vote}.bias`, { shape: [hidden], data: bias }],
      [`${vote}.head`, { shape: [hidden], data: head }],
      [`${vote}.headBias`, { shape: [1], data: Float32Array.of(headBias) }],
    ]),
  );

/** @throws TypeError when a tensor of a vote is missing or holds something else */
export const votesFromTensors = (tensors: Readonly<Record<string, NamedTensor>>): Perceptron[] => {
  const floats = (name: string): Float32Array => {
    const data = tensors[name]?.data;
    if (!(data instanceof Float32Array)) throw new TypeError(`A gate needs float32 "${name}".`);
    return data;
  };
  const votes: Perceptron[] = [];
  for (let vote = 0; tensors[`${vote}.kernel`] !== undefined; vote++) {
    const [inputs, hidden] = tensors[`${vote}.kernel`]!.shape as [number, number];
    const named = (part: string): Float32Array => floats(`${vote}.${part}`);
    votes.push({
      inputs,
      hidden,
      mean: named('mean'),
      scale: named('scale'),
      kernel: named('kernel'),
      bias: named('bias'),
      head: named('head'),
      headBias: named('headBias')[0]!,
    });
  }
  return votes;
};
