import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { sequential, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { identifyModel } from '../../../core/backbone/model-files.ts';
import { type Embedder, openBackbone } from '../../../core/backbone/open-backbone.ts';
import { Backbone } from '../../../core/contracts/backbones.ts';
import type { Images } from '../../../core/data/images.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TINY_BACKBONE, TINY_WIDTH, tinyOnnx, tinyReference, writeTinyBackbones } from '../../support/tiny-backbone.ts';

const { size } = TINY_BACKBONE;
const FORMATS = ['onnx', 'tfjs'] as const;

const someImages = (count: number): Images<Uint8Array> => {
  const draw = random('images', count);
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => draw.below(256));
  return { size, channels: 3, count, pixels };
};

/** The same with left and right, or the order of the channels, exchanged. */
const changed = (images: Images<Uint8Array>, of: (x: number, channel: number) => readonly [number, number]) => ({
  ...images,
  pixels: images.pixels.map((_, at) => {
    const [channel, place] = [at % 3, Math.floor(at / 3)];
    const [x, from] = of(place % size, channel);
    return images.pixels[(place - (place % size) + x) * 3 + from]!;
  }),
});

/** Of the tiny model with other settings. */
const open = async (uri: string, more: Partial<Backbone> = {}): Promise<Embedder> => {
  const backbone = Backbone.parse({ uri, ...TINY_BACKBONE, ...more });
  return openBackbone(backbone, await identifyModel(uri), 1);
};

const embeddings = async (uri: string, more: Partial<Backbone>, images: Images<Uint8Array>): Promise<Float32Array> => {
  const embedder = await open(uri, more);
  const found = await embedder.embed(images);
  await embedder.dispose();
  return found;
};

const expectClose = (found: Float32Array, expected: Float32Array): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

describe.each(FORMATS)('Function: openBackbone of a model in %s', (format) => {
  it('gives what the model computes by pencil and paper, of normalised pixels', async () => {
    const uri = (await writeTinyBackbones(temporaryFolder()))[format];
    const [mean, deviation] = [
      [0.5, 0.4, 0.3],
      [0.2, 0.25, 0.5],
    ];
    const images = someImages(3);
    const normalised = Float32Array.from(
      images.pixels,
      (byte, at) => (byte / 255 - mean[at % 3]!) / deviation[at % 3]!,
    );
    const found = await embeddings(uri, { mean, deviation, mirror: false }, images);
    expectClose(found, tinyReference(normalised, 3));
  });

  it('says the same of an image and its mirror, unless it is told not to look at that', async () => {
    const uri = (await writeTinyBackbones(temporaryFolder()))[format];
    const images = someImages(2);
    const turned = changed(images, (x, channel) => [size - 1 - x, channel]);
    expectClose(await embeddings(uri, {}, turned), await embeddings(uri, {}, images));
    const [straight, other] = [
      await embeddings(uri, { mirror: false }, images),
      await embeddings(uri, { mirror: false }, turned),
    ];
    expect(straight.some((value, i) => Math.abs(value - other[i]!) > 1e-3)).toBe(true);
  });

  it('gives the channels in the order that the model was trained with', async () => {
    const uri = (await writeTinyBackbones(temporaryFolder()))[format];
    const images = someImages(2);
    const turned = changed(images, (x, channel) => [x, 2 - channel]);
    expectClose(await embeddings(uri, { colours: 'bgr' }, turned), await embeddings(uri, {}, images));
  });

  it('embeds any number of images, each as if it were alone', async () => {
    const uri = (await writeTinyBackbones(temporaryFolder()))[format];
    const images = someImages(130);
    const embedder = await open(uri);
    const all = await embedder.embed(images);
    const last = { ...images, count: 1, pixels: images.pixels.subarray(129 * size * size * 3) };
    expectClose(all.subarray(129 * TINY_WIDTH), await embedder.embed(last));
    expect(embedder.width).toBe(TINY_WIDTH);
    await embedder.dispose();
  });

  it.each([
    [{ output: 'embeding' }, /output: the model computes nothing called "embeding".*"embedding"/],
    [{ output: 'map' }, /output: "map" must be one vector of floats for each image.*\[1, \d+, 8, \d+\]/],
    [{ size: 32 }, /size 32 and 3 channels .*\[images, .*32.*\]; the model's input is "pixels" \[any, .*16/],
    [{ channels: 1 as const }, /size 16 and 1 channels/],
    [{ layout: format === 'onnx' ? ('nhwc' as const) : ('nchw' as const) }, /in the layout n/],
  ])('refuses %j with words that say what is allowed', async (more, words) => {
    const uri = (await writeTinyBackbones(temporaryFolder()))[format];
    await expect(open(uri, more)).rejects.toMatchObject({ name: 'BackboneError', exitCode: 64 });
    await expect(open(uri, more)).rejects.toThrow(words);
  });

  it('refuses a file that holds no model', async () => {
    const folder = temporaryFolder();
    const path = join(folder, format === 'onnx' ? 'a.onnx' : 'model.json');
    await writeFile(path, format === 'onnx' ? 'no model' : '{"modelTopology": {}, "weightsManifest": []}');
    await expect(open(pathToFileURL(path).href)).rejects.toMatchObject({ name: 'BackboneError' });
  });
});

describe('Function: openBackbone', () => {
  it('feeds a model of a fixed number of images as many as it takes', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'four.onnx'), tinyOnnx(4));
    const { onnx } = await writeTinyBackbones(folder);
    const images = someImages(6);
    const found = await embeddings(pathToFileURL(join(folder, 'four.onnx')).href, {}, images);
    expectClose(found, await embeddings(onnx, {}, images));
  });

  it('wants a model of several outputs to be asked for one of them', async () => {
    const { onnx } = await writeTinyBackbones(temporaryFolder());
    await expect(open(onnx, { output: undefined })).rejects.toThrow(
      'output: must name the embedding among what the model computes. It computes "embedding" [any, 12], "map"',
    );
  });

  it('runs a layers model up to any of its layers, and leaves no tensor behind', async () => {
    const folder = temporaryFolder();
    const model = sequential({
      layers: [
        tfLayers.conv2d({ inputShape: [size, size, 3], filters: 5, kernelSize: 3, strides: 2, name: 'first' }),
        tfLayers.globalAveragePooling2d({ name: 'pooled' }),
        tfLayers.dense({ units: 2, name: 'classes' }),
      ],
    });
    await model.save(
      tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
        const weightsManifest = [{ paths: ['w.bin'], weights: weightSpecs }];
        await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
        await writeFile(join(folder, 'w.bin'), Buffer.from(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const images = someImages(2);
    const values = tf.tensor4d(
      Float32Array.from(images.pixels, (byte) => byte / 255),
      [2, size, size, 3],
    );
    const whole = tf.tidy(() => (model.predict(values) as tf.Tensor).dataSync() as Float32Array);
    values.dispose();
    model.dispose();
    const uri = pathToFileURL(join(folder, 'model.json')).href;
    const before = tf.memory().numTensors;
    const pooled = await open(uri, { output: 'pooled', mirror: false });
    expect(pooled.width).toBe(5);
    await pooled.embed(images);
    await pooled.dispose();
    expectClose(await embeddings(uri, { output: undefined, mirror: false }, images), whole);
    expect(tf.memory().numTensors).toBe(before);
  });
});
