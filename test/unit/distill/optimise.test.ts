import { expect, it } from 'vitest';
import { freshAdamRows, stepAdamRows } from '../../../core/distill/adam-rows.ts';
import { NotFiniteError, optimise } from '../../../core/distill/optimise.ts';
import { type Checkpointer, InterruptedError, storedCheckpointer } from '../../../core/run/checkpoints.ts';
import { random } from '../../../core/tensor/random.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf } from '../../support/toy.ts';

const start = () => ({ a: freshAdamRows(Float32Array.of(1, 2, 3, 4), 2), b: freshAdamRows(Float32Array.of(5), 1) });

/** Two kinds of rows, moved by chance. */
const walk = (checkpointer?: Checkpointer, after: (step: number) => void = () => undefined) => {
  const options = { name: 'walk', steps: 6, draw: random('walk'), checkpointer, onStep: after };
  return optimise(start(), options, async ({ moving, draw }) => {
    stepAdamRows(moving.a, [draw.below(2)], Float32Array.of(draw.normal(), draw.normal()), { learningRate: 0.1 });
    stepAdamRows(moving.b, [0], Float32Array.of(draw.normal()), { learningRate: 0.1, bounds: [4.95, 5.05] });
  });
};

it('ends with the same bits when it was stopped in between, or a killed job would make another set', async () => {
  const [store, abort] = [memoryStore(), new AbortController()];
  const open = (signal: AbortSignal) => storedCheckpointer({ store, folder: 'job', computer: 'c', signal });
  const stopped = walk(open(abort.signal), (step) => step === 3 && abort.abort());
  await expect(stopped).rejects.toThrow(InterruptedError);
  const steps: number[] = [];
  const resumed = await walk(open(new AbortController().signal), (step) => steps.push(step));
  expect(steps).toEqual([4, 5, 6]);
  const whole = await walk();
  for (const part of ['a', 'b'] as const) {
    expect(bytesOf(resumed[part].values)).toEqual(bytesOf(whole[part].values));
    expect(bytesOf(resumed[part].square)).toEqual(bytesOf(whole[part].square));
  }
});

it('keeps numbers within their bounds', async () => {
  const { b } = await walk();
  expect(b.values[0]).toBeGreaterThanOrEqual(Math.fround(4.95));
  expect(b.values[0]).toBeLessThanOrEqual(Math.fround(5.05));
});

it('says what is no number any more, from which step on, and keeps the state before it', async () => {
  const [store, signal] = [memoryStore(), new AbortController().signal];
  const checkpointer = storedCheckpointer({ store, folder: 'job', computer: 'c', signal });
  const options = { name: 'walk', steps: 6, draw: random('walk'), checkpointer, onStep: () => undefined };
  const lost = optimise(start(), options, async ({ moving, step }) =>
    stepAdamRows(moving.b, [0], Float32Array.of(step === 2 ? Number.NaN : 1), { learningRate: 0.1 }),
  );
  await expect(lost).rejects.toThrow(NotFiniteError);
  await expect(lost).rejects.toThrow(
    /^The b of a distilled set are no numbers any more after step 3\. Lower .*\/job\/checkpoints\/walk\./,
  );
  const kept = await checkpointer.load('walk');
  expect(kept!.step!.data[0]).toBe(2);
  expect([...(kept!.b!.data as Float32Array)].every(Number.isFinite)).toBe(true);
});
