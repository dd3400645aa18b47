import { beforeAll, expect, it } from 'vitest';
import { armName, armsOf } from '../../../core/contracts/arms.ts';
import { Evaluation } from '../../../core/contracts/evaluation.ts';
import {
  benchmarkKey,
  distilledFolder,
  evaluationFolder,
  labelledKey,
  minedKey,
  modelFolder,
  shardFolder,
} from '../../../core/contracts/keys.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import { encodeImageSet } from '../../../core/data/image-set.ts';
import { distill } from '../../../core/distill/distill-stage.ts';
import { evaluate } from '../../../core/evaluate/evaluate-stage.ts';
import { encodeMined } from '../../../core/format/parquet.ts';
import { encodeSafetensors } from '../../../core/format/safetensors.ts';
import { withoutSession } from '../../../core/run/checkpoints.ts';
import { readJson } from '../../../core/store/json.ts';
import type { Store } from '../../../core/store/store.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { train } from '../../../core/train/train-stage.ts';
import { temporaryStore } from '../../support/images.ts';
import { SIZE, toyConfig, toySet } from '../../support/toy.ts';

const SET = { method: 'packed', ipc: 1 } as const;
const mined = toySet(4, 2, 2);

const plan: Plan = {
  runId: 'r',
  labelled: 'file:///labelled',
  pool: 'file:///pool',
  benchmarks: { held: 'file:///held' },
  config: toyConfig({ seeds: 1 }),
  classes: ['calm', 'glad'],
  labelledCounts: [3, 3],
  shardCount: 1,
};

const environment = { OMNIDISTILL_STORE: 'file:///store', OMNIDISTILL_RUN_ID: 'r', OMNIDISTILL_ROUND: 0 };
const contextOf = (store: Store) => ({
  store,
  plan,
  report: () => undefined,
  log: () => undefined,
  session: withoutSession,
});

/** A run up to its evaluations: eight mined images, and one distilled set of two. */
const finishedRun = async (): Promise<Store> => {
  const store = await temporaryStore();
  await store.put(labelledKey('r'), encodeImageSet(toySet(3, 2, 1)));
  await store.put(benchmarkKey('r', 'held'), encodeImageSet(toySet(2, 2, 3)));
  const rows = mined.keys.map((key, row) => {
    const scores = { score: 0.5, probability: 0.8, rank: row };
    return { key, shard: 0, row, sha256: mined.sha256[row]!, label: mined.labels[row]!, ...scores };
  });
  await store.put(minedKey('r', 0), encodeMined(rows, 'similarity'));
  const pixels = { shape: [mined.count, SIZE, SIZE, 1], data: mined.pixels };
  await store.put(`${shardFolder('r', 0, 0)}/candidates.safetensors`, encodeSafetensors({ pixels }));
  for (const role of ['primitive', 'control', 'student'] as const) {
    const asked = { ...environment, OMNIDISTILL_ROLE: role, OMNIDISTILL_SEED: 0 };
    await train.run({ ...contextOf(store), environment: asked, folder: modelFolder('r', role, 0, 0) });
  }
  const asked = { ...environment, OMNIDISTILL_METHOD: SET.method, OMNIDISTILL_IPC: SET.ipc };
  await distill.run({ ...contextOf(store), environment: asked, folder: distilledFolder('r', SET) });
  return store;
};

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('measures every arm that a plan may name, each with the number of images that it stands for', async () => {
  const store = await finishedRun();
  const images: Record<string, number> = {};
  for (const name of armsOf([SET]).map(armName)) {
    const folder = evaluationFolder('r', name);
    await evaluate.run({ ...contextOf(store), environment: { ...environment, OMNIDISTILL_ARM: name }, folder });
    const result = await readJson(store, `${folder}/result.json`, Evaluation);
    expect(result.arm).toBe(name);
    expect(result.scores.held!.map(({ confusion }) => confusion.flat().reduce((sum, n) => sum + n))).toEqual([4]);
    images[name] = result.images;
  }
  expect(images).toMatchObject({
    primitive: 0,
    control: 0,
    omni: 8,
    'boost/none': 0,
    'boost/mined': 8,
    'boost/no-pool': 6,
    'only/packed-ipc1': 2,
    'boost/packed-ipc1': 2,
  });
});
