import { describe, expect, it } from 'vitest';
import { VARIABLE } from '../../../core/contracts/environment.ts';
import { Backend } from '../../../core/contracts/stats.ts';
import { computerOf } from '../../../core/run/checkpoints.ts';
import { forcedInference, selectBackend } from '../../../core/tensor/backend.ts';
import { inferenceEngine } from '../../../core/tensor/inference.ts';

/** A folder without TensorFlow, as after a plain `npm ci`. */
const PLAIN = { folder: '/nowhere' };

describe('what predicts beside a backend', () => {
  it('is onnxruntime on a plain install, and stands in stats.json with its version and the processor', async () => {
    const backend = await selectBackend(PLAIN);
    const { inference } = Backend.parse(backend);
    expect(inference).toMatchObject({ name: 'onnxruntime', version: expect.stringMatching(/^\d+\.\d+/), threads: 1 });
    expect(inference!.processor).not.toBe('');
    expect(inferenceEngine()).toBeDefined();
  });

  it('is nothing where a backend was asked for: whoever does so wants its numbers', async () => {
    const { inference } = await selectBackend({ forced: 'wasm' });
    expect(inference).toBeUndefined();
    expect(inferenceEngine()).toBeUndefined();
  });

  it('can be turned off, and asked for beside any backend', async () => {
    expect(await selectBackend({ ...PLAIN, inference: 'backend' })).not.toHaveProperty('inference');
    const asked = await selectBackend({ forced: 'wasm', inference: 'onnxruntime', inferenceThreads: 2 });
    expect(asked).toMatchObject({ name: 'wasm', threads: 1, inference: { name: 'onnxruntime', threads: 2 } });
  });

  it('is part of what has to be equal for a job to go on where another has stopped', async () => {
    const [engine, backend] = [await selectBackend(PLAIN), await selectBackend({ ...PLAIN, inference: 'backend' })];
    expect(computerOf(engine)).not.toBe(computerOf(backend));
    const older = { ...engine, inference: { ...engine.inference!, version: '1.0.0' } };
    expect(computerOf(older)).not.toBe(computerOf(engine));
  });

  it.each([[undefined], ['']])('is the machine’s choice for %o', (text) => {
    expect(forcedInference(text, VARIABLE.inference)).toBeUndefined();
  });

  it('names the place of an unknown word, and all words that are known', () => {
    expect(() => forcedInference('cuda', VARIABLE.inference)).toThrow(
      'OMNIDISTILL_INFERENCE must be one of onnxruntime, backend. Received cuda.',
    );
  });
});
