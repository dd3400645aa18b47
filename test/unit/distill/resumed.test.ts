import { beforeAll, describe, expect, it } from 'vitest';
import { distilSet } from '../../../core/distill/distil-set.ts';
import { InterruptedError, storedCheckpointer } from '../../../core/run/checkpoints.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { testableLearners } from '../../support/backends.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const config = toyConfig({
  distill: { bank: { views: 0 }, matching: { steps: 4, realPerClass: 4 }, unroll: { steps: 2 } },
});
const input = {
  config,
  classes: ['calm', 'glad'],
  labelled: toySet(3, 2, 1),
  mined: toySet(9, 2, 2),
  teachers: [toyWeights(1, 2)],
  featureNets: [toyWeights(3, 2)],
  primitives: [toyWeights(5, 2), toyWeights(6, 2)],
};

describe.each(testableLearners())('a set on %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  it.each(['dm', 'labels', 'unrolled'] as const)(
    'by %s that was stopped half way ends with the bits of one that was not',
    async (method) => {
      const spec = { method, ipc: 1, draw: 0 } as const;
      const [store, abort] = [memoryStore(), new AbortController()];
      const checkpointer = (signal: AbortSignal) => storedCheckpointer({ store, folder: 'job', computer: 'c', signal });
      const stop = (done: number): void => {
        if (done === 2) abort.abort();
      };
      const stopped = distilSet(spec, { ...input, checkpointer: checkpointer(abort.signal), onProgress: stop });
      await expect(stopped).rejects.toThrow(InterruptedError);
      const steps: number[] = [];
      const onProgress = (done: number): void => void steps.push(done);
      const { signal } = new AbortController();
      const resumed = await distilSet(spec, { ...input, checkpointer: checkpointer(signal), onProgress });
      expect(steps).toEqual([3, 4]);
      const whole = await distilSet(spec, { ...input, onProgress: () => undefined });
      expect(bytesOf(resumed.pixels)).toEqual(bytesOf(whole.pixels));
      expect(bytesOf(resumed.labels)).toEqual(bytesOf(whole.labels));
      expect(resumed.spec).toEqual(whole.spec);
    },
  );
});
