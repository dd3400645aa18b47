import { beforeEach, describe, expect, it } from 'vitest';
import { predictionsFile } from '../../../core/artifacts/predictions.ts';
import { evaluationFile } from '../../../core/artifacts/run.ts';
import { armName, armsOf } from '../../../core/contracts/arms.ts';

import { readResults } from '../../../core/publish/results.ts';
import { scorePredictions } from '../../../core/statistics/score-predictions.ts';
import type { Store } from '../../../core/store/store.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyConfig, toyPlan } from '../../support/toy.ts';

const IMAGES = 200;
const plan = toyPlan({
  runId: 'r',
  benchmarks: { held: 'file:///held' },
  classes: ['calm', 'glad', 'sad'],
  config: toyConfig({ seeds: 3, draws: 2, distill: { methods: ['random', 'packed'], ipc: [1] } }),
});
const names = armsOf(plan.config).map(armName);
/** The first quarter is glad, the rest calm; nobody is sad. */
const labels = Int32Array.from({ length: IMAGES }, (_, i) => (i < IMAGES / 4 ? 1 : 0));

/** An arm that is right on the last so many images, seed by seed and draw by draw. */
const write = async (
  store: Store,
  arm: string,
  right: readonly (readonly number[])[],
  order = 'same',
): Promise<void> => {
  const nets = right.flatMap((ofSeed, seed) => ofSeed.map((count, draw) => ({ seed, draw, count })));
  const each = nets.map(({ count }) => {
    const p = new Float32Array(IMAGES * 3);
    labels.forEach((label, i) => (p[i * 3 + (i >= IMAGES - count ? label : 1 - label)] = 0.75));
    return p.map((value) => value || 0.125);
  });
  const [seeds, draws] = [right.length, right[0]!.length];
  const probabilities = Float32Array.from(each.flatMap((p) => [...p]));
  const scores = nets.map(({ seed, draw }, net) => ({ seed, draw, ...scorePredictions(each[net]!, labels, 3) }));
  await evaluationFile('r', arm).write(store, { arm, images: 7, draws, scores: { held: scores } });
  const one = { seeds, draws, images: IMAGES, classes: 3, probabilities, labels, order };
  await predictionsFile('r', arm).write(store, new Map([['held', one]]));
};

const once = (...right: number[]): number[][] => right.map((count) => [count]);

let store: Store;
beforeEach(async () => {
  store = memoryStore();
  for (const name of names) await write(store, name, once(100, 100, 100));
});

describe('the results of a run', () => {
  it('tell every arm by seed, and a set that was drawn several times by draw as well', async () => {
    await write(store, 'boost/packed-ipc1', [
      [100, 150],
      [125, 125],
      [100, 200],
    ]);
    const { accuracy, images } = await readResults(store, plan);
    expect(Object.keys(accuracy.held!)).toEqual(names);
    expect(accuracy.held!.primitive).toMatchObject({ mean: 0.5, std: 0, values: [0.5, 0.5, 0.5] });
    const drawn = accuracy.held!['boost/packed-ipc1']!;
    expect(drawn.values).toEqual([0.625, 0.625, 0.75]);
    expect(drawn.draws).toEqual([
      [0.5, 0.75],
      [0.625, 0.625],
      [0.5, 1],
    ]);
    expect(drawn.low).toBeLessThan(0.6);
    expect(images.omni).toBe(7);
  });

  it('count every class alike in macro recall, and none that the benchmark lacks', async () => {
    const { macroRecall, recall } = await readResults(store, plan);
    // The hundred on the right side are all calm: two thirds of the 150, and none of the glad.
    expect(recall.held!.primitive!.calm!.mean).toBeCloseTo(2 / 3, 10);
    expect(Object.keys(recall.held!.primitive!)).toEqual(['calm', 'glad']);
    expect(macroRecall.held!.primitive!.mean).toBeCloseTo(1 / 3, 10);
    const { low, high } = macroRecall.held!.primitive!;
    expect((low + high) / 2).toBeCloseTo(1 / 3, 6);
  });

  it('compare an arm with the primitive, its controls and its ceilings, by what each answered', async () => {
    await write(store, 'boost/packed-ipc1', once(150, 148, 152));
    const { comparisons } = await readResults(store, plan);
    const packed = comparisons.held!['boost/packed-ipc1']!;
    expect(Object.keys(packed)).toEqual([
      'primitive',
      'boost/no-pool',
      'boost/random-ipc1',
      'boost/mined-soft',
      'boost/pool-soft',
    ]);
    expect(packed.primitive!.mean).toBeCloseTo(0.25, 10);
    expect(packed.primitive).toMatchObject({ verdict: 'gain', p: 0.25 });
    expect(comparisons.held!.primitive).toBeUndefined();
  });

  it('leave out a rival that the run did not make, instead of failing after all its work', async () => {
    const config = { ...plan.config, distill: { ...plan.config.distill, methods: ['packed' as const] } };
    const { comparisons } = await readResults(store, { ...plan, config });
    expect(Object.keys(comparisons.held!['only/packed-ipc1']!)).not.toContain('only/random-ipc1');
    expect(Object.keys(comparisons.held!['boost/packed-ipc1']!)).toContain('boost/no-pool');
  });

  it('correct for the comparisons alone that were planned', async () => {
    await write(store, 'omni', once(150, 148, 152));
    const { comparisons } = await readResults(store, plan);
    // omni twice, consistent, noisy, boost/mined, and packed alone and as a boost.
    const corrected = Object.entries(comparisons.held!).flatMap(([arm, others]) =>
      Object.entries(others).flatMap(([other, { pHolm }]) => (pHolm === undefined ? [] : [[arm, other, pHolm]])),
    );
    expect(corrected).toEqual([
      ['omni', 'primitive', 1],
      ['omni', 'control', 1],
      ['consistent', 'consistent-control', 1],
      ['noisy', 'noisy-control', 1],
      ['boost/mined', 'boost/no-pool', 1],
      ['only/packed-ipc1', 'only/random-ipc1', 1],
      ['boost/packed-ipc1', 'boost/no-pool', 1],
    ]);
  });

  it('have no calibration error of a benchmark that is too small to measure one', async () => {
    expect((await readResults(store, plan)).ece.held!.omni!.values).toHaveLength(3);
    const { scores, ...rest } = await evaluationFile('r', 'omni').read(store);
    const held = scores.held!.map((score) => ({ ...score, ece: null }));
    await evaluationFile('r', 'omni').write(store, { ...rest, scores: { held } });
    expect((await readResults(store, plan)).ece).toEqual({});
  });

  it('are refused where two arms were measured on other images', async () => {
    await write(store, 'omni', once(100, 100, 100), 'another');
    await expect(readResults(store, plan)).rejects.toThrow('omni and primitive were not measured on the same images.');
  });

  it('are refused where an arm was not measured on a benchmark', async () => {
    const other = { ...plan, benchmarks: { ...plan.benchmarks, more: 'file:///more' } };
    await expect(readResults(store, other)).rejects.toThrow('primitive was not evaluated on more.');
  });
});
