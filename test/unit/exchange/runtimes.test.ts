import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeOnnx } from '../../../core/exchange/onnx.ts';
import { encodeTfjs } from '../../../core/exchange/tfjs.ts';
import { onnxMetadata } from '../../../core/format/onnx-messages.ts';
import { askClassifier } from '../../../core/inference/ask-classifier.ts';
import { type Classifier, cardFromMetadata } from '../../../core/nets/classifier.ts';
import type { Classified } from '../../../core/nets/classify.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { toyClassifier, toyPixels } from '../../support/toy-classifier.ts';

/** What another runtime may differ by. */
const TOLERANCE = 1e-4;

const CASES = [
  ['k2 on grey images', toyClassifier({ name: 'k2' })],
  ['k2 on colour images of another size', toyClassifier({ name: 'k2', channels: 3, size: 40 })],
  ['resnet', toyClassifier({ name: 'resnet', channels: 3 })],
  ['convnet', toyClassifier({ name: 'convnet' })],
  ['a net of digits, which have no mirrors', toyClassifier({ mirror: false })],
  ['an ensemble', toyClassifier({ name: 'k2', channels: 3 }, 3)],
] as const;

const here = async (classifier: Classifier): Promise<Classified> => {
  const asked = await askClassifier(classifier, 'wasm');
  const said = await asked.classify(toyPixels(classifier));
  await asked.dispose();
  return said;
};

const farthest = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  expect(one).toHaveLength(other.length);
  return Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i]!)));
};

const expectSame = (said: Readonly<Record<string, ArrayLike<number>>>, wanted: Classified): void => {
  expect(farthest(said.probabilities!, wanted.probabilities), 'probabilities').toBeLessThan(TOLERANCE);
  expect(farthest(said.logits!, wanted.logits), 'logits').toBeLessThan(TOLERANCE);
  expect(farthest(said.embedding!, wanted.embeddings), 'embedding').toBeLessThan(TOLERANCE);
};

const shapeOf = ({ size, channels, count }: ReturnType<typeof toyPixels>): [number, number, number, number] => [
  count,
  size,
  size,
  channels,
];

describe('a classifier says elsewhere what it says here', () => {
  beforeAll(() => selectBackend({ forced: 'wasm' }));

  it.each(CASES)('in onnxruntime: %s', async (_, classifier) => {
    const images = toyPixels(classifier);
    const session = await InferenceSession.create(encodeOnnx(classifier), { logSeverityLevel: 3 });
    const results = await session.run({ pixels: new Tensor('uint8', images.pixels, shapeOf(images)) });
    const said = Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
    expectSame(said, await here(classifier));
    // One image alone, or another number of them, is answered as well.
    const { size, channels } = images;
    const first = images.pixels.slice(0, size * size * channels);
    const { probabilities } = await session.run({ pixels: new Tensor('uint8', first, [1, size, size, channels]) });
    const classes = classifier.card.classes.length;
    expect(farthest(probabilities!.data as Float32Array, said.probabilities!.slice(0, classes))).toBeLessThan(1e-5);
    await session.release();
  });

  it.each(CASES)('in TensorFlow.js: %s', async (_, classifier) => {
    const { model, weights } = encodeTfjs(classifier, 'weights.bin');
    const { modelTopology, weightsManifest, userDefinedMetadata, signature } = model as {
      modelTopology: object;
      weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
      userDefinedMetadata: Record<string, string>;
      signature: object;
    };
    const weightData = new Uint8Array(weights).buffer;
    const weightSpecs = weightsManifest[0].weights;
    const loaded = await loadGraphModel(
      tf.io.fromMemory({ modelTopology, weightSpecs, weightData, userDefinedMetadata, signature }),
    );
    const images = toyPixels(classifier);
    const names = ['logits', 'probabilities', 'embedding'];
    const input = tf.tensor4d(Float32Array.from(images.pixels), shapeOf(images));
    const results = loaded.execute(input, names) as tf.Tensor[];
    const said = Object.fromEntries(names.map((name, i) => [name, results[i]!.dataSync()]));
    expectSame(said, await here(classifier));
    expect(cardFromMetadata((loaded.metadata ?? {}) as Record<string, string>)).toEqual(classifier.card);
    tf.dispose([input, results]);
    loaded.dispose();
  });
});

describe('the ONNX file', () => {
  it('carries classes, size, channels and temperature for whoever has no card', () => {
    const classifier = toyClassifier({ channels: 3 }, 2);
    const metadata = onnxMetadata(encodeOnnx(classifier));
    expect(JSON.parse(metadata.classes!)).toEqual(classifier.card.classes);
    expect(cardFromMetadata(metadata)).toEqual(classifier.card);
  });
});
