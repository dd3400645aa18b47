import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifierCodec } from '../../../core/artifacts/classifier.ts';
import { encodeOnnx } from '../../../core/exchange/onnx.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { askClassifier } from '../../../core/inference/ask-classifier.ts';
import { PYTORCH_MODULE } from '../../../core/publish/release/model-code.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { pythonWith } from '../../support/python.ts';
import { toyClassifier, toyPixels } from '../../support/toy-classifier.ts';

const CASES = [
  ['k2', toyClassifier({ name: 'k2' })],
  ['resnet-in-colour', toyClassifier({ name: 'resnet', channels: 3 })],
  ['convnet', toyClassifier({ name: 'convnet' })],
  ['without-mirrors', toyClassifier({ mirror: false })],
  ['ensemble', toyClassifier({ name: 'k2', channels: 3, size: 40 }, 3)],
] as const;

/** Leaves the answer of a runtime to `pixels` beside the model. */
const SAVE = `
import sys
from safetensors.numpy import load_file, save_file
folder = sys.argv[1]
for name in sys.argv[2:]:
    pixels = load_file(f"{folder}/{name}-pixels.safetensors")["pixels"]
    logits, probabilities, embedding = ask(f"{folder}/{name}", pixels)
    save_file({"logits": logits, "probabilities": probabilities, "embedding": embedding}, f"{folder}/{name}-said.safetensors")
`;
const ONNX = `
import onnxruntime
def ask(path, pixels):
    return onnxruntime.InferenceSession(path + ".onnx").run(["logits", "probabilities", "embedding"], {"pixels": pixels})
${SAVE}`;
const TORCH = `
${PYTORCH_MODULE}
def ask(path, pixels):
    with torch.no_grad():
        return [value.numpy() for value in Classifier(path + ".safetensors")(torch.from_numpy(pixels))]
${SAVE}`;

const folder = mkdtempSync(join(tmpdir(), 'classifier-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a classifier in Python says what it says here', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
    for (const [name, classifier] of CASES) {
      const { count, size, channels, pixels } = toyPixels(classifier);
      const shape = [count, size, size, channels];
      writeFileSync(join(folder, `${name}-pixels.safetensors`), encodeSafetensors({ pixels: { shape, data: pixels } }));
      writeFileSync(join(folder, `${name}.onnx`), encodeOnnx(classifier));
      writeFileSync(join(folder, `${name}.safetensors`), classifierCodec.encode(classifier));
    }
  });

  it.for([
    ['onnxruntime', ['onnxruntime', 'safetensors', 'numpy'], ONNX],
    ['PyTorch, by the class of the card', ['torch', 'safetensors', 'numpy'], TORCH],
  ] as const)('%s', { timeout: 120_000 }, async ([, packages, program], test) => {
    const python = pythonWith(...packages);
    if (python === undefined) return test.skip(`no python3 has ${packages.join(', ')}`);
    execFileSync(python, ['-c', program, folder, ...CASES.map(([name]) => name)], { stdio: 'pipe' });
    for (const [name, classifier] of CASES) {
      const asked = await askClassifier(classifier, 'wasm');
      const { embeddings: embedding, ...rest } = await asked.classify(toyPixels(classifier));
      await asked.dispose();
      const said = decodeSafetensors(readFileSync(join(folder, `${name}-said.safetensors`))).tensors;
      for (const [value, wanted] of Object.entries({ ...rest, embedding })) {
        const { data } = said[value]!;
        expect(data).toHaveLength(wanted.length);
        const apart = Math.max(...wanted.map((one, i) => Math.abs(one - data[i]!)));
        expect(apart, `${name}: ${value}`).toBeLessThan(1e-4);
      }
    }
  });
});
