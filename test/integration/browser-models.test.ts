import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPackage, readPackage } from '../../bench/npm-package.ts';
import { encodeOnnx } from '../../core/exchange/onnx.ts';
import { encodeTfjs } from '../../core/exchange/tfjs.ts';
import { askClassifier } from '../../core/inference/ask-classifier.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import { chromiumPath, openChromium, type Page } from '../support/chromium.ts';
import { toyClassifier, toyPixels } from '../support/toy-classifier.ts';

const path = chromiumPath();
if (path === undefined) console.warn('Skipped: no Chromium is installed, so no model is run in it.');

/** Fetched for this test alone: as a dependency it would bring a package with an install script. */
const ONNXRUNTIME = { name: 'onnxruntime-web', version: '1.30.0' };
const WEB_FILES = {
  'ort.wasm.min.mjs': 'package/dist/ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs': 'package/dist/ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm': 'package/dist/ort-wasm-simd-threaded.wasm',
} as const;
const TYPES = { mjs: 'text/javascript', js: 'text/javascript', wasm: 'application/wasm', json: 'application/json' };

const CASES = [
  ['k2 on grey images', toyClassifier({ name: 'k2' })],
  ['resnet on colour images', toyClassifier({ name: 'resnet', channels: 3 })],
  ['convnet', toyClassifier({ name: 'convnet' })],
  ['a net of digits, which have no mirrors', toyClassifier({ mirror: false })],
  ['an ensemble', toyClassifier({ name: 'k2', channels: 3 }, 3)],
] as const;

/** What the page may ask for. */
const served = new Map<string, Buffer | string>([['index.html', '<!doctype html><title>models</title>']]);
let server: Server;
let page: Page;
let address: string;

beforeAll(async () => {
  if (path === undefined) return;
  await selectBackend({ forced: 'wasm' });
  served.set('tf.min.js', readFileSync(join(projectFolder(), 'node_modules/@tensorflow/tfjs/dist/tf.min.js')));
  for (const [i, [, classifier]] of CASES.entries()) {
    const { model, weights } = encodeTfjs(classifier, 'weights.bin');
    served.set(`${i}/model.json`, JSON.stringify(model));
    served.set(`${i}/weights.bin`, weights);
    served.set(`${i}/model.onnx`, encodeOnnx(classifier));
  }
  server = createServer(({ url = '/' }, response) => {
    const name = url.slice(1);
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES];
    response.writeHead(served.has(name) ? 200 : 404, { 'content-type': type ?? 'text/html' });
    response.end(served.get(name));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  page = await openChromium(path);
  await page.open(`${address}/index.html`);
});
afterAll(async () => {
  await page?.close();
  server?.close();
});

/** Values of a runtime in the page, held against those of this process. */
const expectSame = async (said: Readonly<Record<string, readonly number[]>>, i: number): Promise<void> => {
  const classifier = CASES[i]![1];
  const asked = await askClassifier(classifier, 'wasm');
  const { embeddings: embedding, ...rest } = await asked.classify(toyPixels(classifier));
  await asked.dispose();
  for (const [name, wanted] of Object.entries({ ...rest, embedding })) {
    expect(said[name]).toHaveLength(wanted.length);
    expect(Math.max(...said[name]!.map((value, at) => Math.abs(value - wanted[at]!))), name).toBeLessThan(1e-4);
  }
};

const given = (i: number): string => {
  const { count, size, channels, pixels } = toyPixels(CASES[i]![1]);
  return `const pixels = ${JSON.stringify([...pixels])}; const shape = [${count}, ${size}, ${size}, ${channels}];`;
};

describe.skipIf(path === undefined)('a classifier in Chromium says what it says here', () => {
  it('by onnxruntime-web', async (test) => {
    const archive = await fetchPackage(ONNXRUNTIME, join(projectFolder(), 'bench/.cache')).catch(() => undefined);
    if (archive === undefined) return test.skip(`npm cannot have ${ONNXRUNTIME.name}@${ONNXRUNTIME.version} here`);
    for (const [name, bytes] of Object.entries(await readPackage(archive, WEB_FILES))) served.set(name, bytes);
    for (const i of CASES.keys()) {
      const said = await page.evaluate<Record<string, number[]>>(`(async () => {
        ${given(i)}
        const ort = await import('${address}/ort.wasm.min.mjs');
        ort.env.wasm.numThreads = 1;
        const session = await ort.InferenceSession.create('${address}/${i}/model.onnx');
        const said = await session.run({ pixels: new ort.Tensor('uint8', Uint8Array.from(pixels), shape) });
        return Object.fromEntries(Object.entries(said).map(([name, { data }]) => [name, [...data]]));
      })()`);
      await expectSame(said, i);
    }
  }, 300_000);

  it('by TensorFlow.js', async () => {
    for (const i of CASES.keys()) {
      const said = await page.evaluate<Record<string, number[]>>(`(async () => {
        ${given(i)}
        if (!globalThis.tf) await new Promise((resolve, reject) => {
          const script = Object.assign(document.createElement('script'), { src: 'tf.min.js', onload: resolve, onerror: reject });
          document.head.append(script);
        });
        await tf.setBackend('cpu');
        const model = await tf.loadGraphModel('${address}/${i}/model.json');
        const names = ['logits', 'probabilities', 'embedding'];
        const values = model.execute(tf.tensor(pixels, shape, 'float32'), names);
        return Object.fromEntries(names.map((name, at) => [name, [...values[at].dataSync()]]));
      })()`);
      await expectSame(said, i);
    }
  }, 300_000);
});
