import { beforeAll, describe, expect, it } from 'vitest';
import { NETS, type NetName } from '../../../core/contracts/nets.ts';
import { toFloats } from '../../../core/data/images.ts';
import { predictOnce } from '../../../core/inference/predictor.ts';
import type { Prediction } from '../../../core/nets/predictor.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { type ToyNet, toyClassifier, toyPixels, toyWeights } from '../../support/toy-classifier.ts';

/** What the engine may differ from the backend that trained a net. */
const TOLERANCE = 1e-4;

const CASES: [string, ToyNet][] = [
  ...Object.keys(NETS).map((name): [string, ToyNet] => [name, { name: name as NetName }]),
  ...Object.keys(NETS).map((name): [string, ToyNet] => [`${name} in colour`, { name: name as NetName, channels: 3 }]),
  ['a net whose images have no mirrors', { mirror: false }],
];

/** More than go through at once, and no multiple of that. */
const COUNT = 70;

const said = async (toy: ToyNet, inference: 'onnxruntime' | 'backend', threads = 1): Promise<Prediction> => {
  await selectBackend({ forced: 'wasm', inference, threads });
  return predictOnce(toyWeights(toy), toyPixels(toyClassifier(toy), COUNT));
};

const farthest = (one: Float32Array, other: Float32Array): number => {
  expect(one).toHaveLength(other.length);
  return Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i]!)));
};

describe.each(CASES)('onnxruntime and the backend say the same: %s', (_, toy) => {
  let backend: Prediction;
  let engine: Prediction;
  beforeAll(async () => {
    backend = await said(toy, 'backend');
    engine = await said(toy, 'onnxruntime');
  });

  it('to 0.0001, or where a run goes on would decide what is mined', () => {
    expect(farthest(engine.embeddings, backend.embeddings)).toBeLessThan(TOLERANCE);
    expect(farthest(engine.logits, backend.logits)).toBeLessThan(TOLERANCE);
  });

  it('and the same bits every time, whatever the threads, or a run could not be repeated', async () => {
    expect(await said(toy, 'onnxruntime')).toEqual(engine);
    expect(await said(toy, 'onnxruntime', 2)).toEqual(engine);
  });
});

it('sees floats, as distilled images are, like the bytes that they were made of', async () => {
  await selectBackend({ forced: 'wasm', inference: 'onnxruntime' });
  const images = toyPixels(toyClassifier(), 3);
  const [bytes, floats] = [
    await predictOnce(toyWeights({}), images),
    await predictOnce(toyWeights({}), toFloats(images)),
  ];
  expect(farthest(floats.logits, bytes.logits)).toBeLessThan(TOLERANCE);
});
