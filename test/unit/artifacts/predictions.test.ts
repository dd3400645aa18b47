import { expect, it } from 'vitest';
import { orderOf, predictionsFile } from '../../../core/artifacts/predictions.ts';
import { toHalfPrecision } from '../../../core/format/half.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { memoryStore } from '../../support/memory-store.ts';

const held = {
  ...{ seeds: 2, draws: 1, images: 2, classes: 2 },
  probabilities: toHalfPrecision(Float32Array.of(0.9, 0.1, 0.3, 0.7, 0.6, 0.4, 0.2, 0.8)),
  labels: Int32Array.of(0, 1),
  order: orderOf(['a', 'b']),
};

it('come back as they were, by benchmark', async () => {
  const store = memoryStore();
  const predictions = new Map([
    ['held', held],
    ['other-1', { ...held, labels: Int32Array.of(1, 1) }],
  ]);
  await predictionsFile('r', 'boost/none').write(store, predictions);
  expect(await predictionsFile('r', 'boost/none').read(store)).toEqual(predictions);
});

it('lie as docs/summary.md says, for scripts in other languages', async () => {
  const store = memoryStore();
  const file = predictionsFile('r', 'omni');
  await file.write(store, new Map([['held', held]]));
  expect(file.key).toBe('runs/r/evaluation/omni/predictions.safetensors');
  const { tensors, metadata } = decodeSafetensors(await file.bytes(store));
  expect(tensors['held/probabilities']).toMatchObject({ dtype: 'F16', shape: [2, 1, 2, 2] });
  expect(tensors['held/labels']).toEqual({ shape: [2], data: held.labels });
  // printf 'a\nb\n' | sha256sum
  expect(metadata).toEqual({ 'held/order': '911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2' });
});

it('are refused where a tensor is missing', async () => {
  const store = memoryStore();
  const file = predictionsFile('r', 'omni');
  await store.put(
    file.key,
    encodeSafetensors({ 'held/labels': { shape: [0], data: new Int32Array(0) } }, { 'held/order': '' }),
  );
  await expect(file.read(store)).rejects.toThrow(/predictions\.safetensors does not hold what it should/);
});
