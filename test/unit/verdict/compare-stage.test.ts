import { beforeAll, describe, expect, it } from 'vitest';
import { labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { minedFile } from '../../../core/artifacts/mined.ts';
import { modelFiles } from '../../../core/artifacts/model.ts';
import { planFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { comparisonFile } from '../../../core/artifacts/verdict.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { ImageSet } from '../../../core/data/image-set.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { runTrain } from '../../../core/train/train-stage.ts';
import { runCompare } from '../../../core/verdict/compare-stage.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyConfig, toyPlan, toySet } from '../../support/toy.ts';

const PLAN = toyPlan({ config: toyConfig() });
const { setPerBatch } = PLAN.config.evaluate.boost;
const { steps } = PLAN.config.verdict!;
const MINED = 2 * setPerBatch * steps;

interface Facts {
  readonly plan?: Plan;
  /** What the primitives said of the mined images. */
  readonly pseudoLabel?: (label: number) => number;
  /** Pool images. */
  readonly pool?: ImageSet;
  /** Changes the true labels of what a fold leaves out, after its net was trained. */
  readonly heldOutLabel?: (label: number) => number;
}

/** What the first fold says with and without the mined images. */
const compare = async ({
  plan = PLAN,
  pseudoLabel = (label) => label,
  pool = toySet(MINED / 2, 2, 7),
  heldOutLabel,
}: Facts = {}) => {
  const store = memoryStore();
  const context = toyContext(store, plan);
  const labelled = toySet(6, 2, 1);
  await planFile('r').write(store, plan);
  await labelledSetFile('r').write(store, labelled);
  await runTrain(context, { role: 'fold', seed: 0, round: 0 });
  await shardFiles('r', 0, 0).images.write(store, pool);
  const rows = pool.keys.map((key, row) => ({
    ...{ key, shard: 0, row, rank: row, sha256: pool.sha256[row]!, label: pseudoLabel(pool.labels[row]!) },
    ...{ score: 0.5, probability: 0.9, weight: 1 },
  }));
  await minedFile('r', 0).write(store, { score: 'similarity', classes: plan.classes, rows });
  if (heldOutLabel !== undefined) {
    const held = new Set((await modelFiles('r', 'fold', 0, 0).heldOut.read(store)).rows);
    const labels = labelled.labels.map((label, row) => (held.has(row) ? heldOutLabel(label) : label));
    await labelledSetFile('r').write(store, { ...labelled, labels });
  }
  const { counts } = await runCompare(context, { round: 0, fold: 0 });
  return { counts, ...(await comparisonFile('r', 0, 0).read(store)) };
};

describe('the comparison of a fold', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('asks two nets that differ in the mined images alone about images that neither has seen', async () => {
    const { counts, labels, mined, control } = await compare();
    expect(counts).toEqual({ labelled: 6, heldOut: 6, mined: MINED / 2 });
    expect(labels).toHaveLength(6);
    expect(mined).toHaveLength(12);
    expect(mined).not.toEqual(control);
    const elsewhere = await compare({ pool: toySet(MINED / 2, 2, 8) });
    expect(elsewhere.control).toEqual(control);
    expect(elsewhere.mined).not.toEqual(mined);
  });

  it('hears nobody who has seen the held-out images: neither the primitives’ pseudo-labels nor their true labels', async () => {
    const { labels, mined, control } = await compare();
    const mislabelled = await compare({ pseudoLabel: (label) => 1 - label });
    expect(mislabelled.mined).toEqual(mined);
    const turned = await compare({ heldOutLabel: (label) => 1 - label });
    expect(turned.labels).not.toEqual(labels);
    expect([turned.mined, turned.control]).toEqual([mined, control]);
  });

  it('goes at the pace of the boost in a run that was planned when the verdict had none', async () => {
    const { verdict: _, evaluate, ...before } = PLAN.config;
    const config = { ...before, evaluate: { ...evaluate, boost: { ...evaluate.boost, steps: 2 } } };
    expect((await compare({ plan: toyPlan({ config }) })).counts.mined).toBe(2 * setPerBatch);
  });

  it('refuses an empty mined set before anything is trained', async () => {
    await expect(compare({ pool: toySet(0, 2, 7) })).rejects.toThrow(/mined set is empty/);
  });
});
