import { beforeAll, expect, it } from 'vitest';
import { readFeatureNets } from '../../../core/artifacts/pretrained.ts';
import { pretrainedFolder } from '../../../core/contracts/keys.ts';
import { trainFeatureNets } from '../../../core/distill/feature-nets.ts';
import { runPretrain } from '../../../core/distill/pretrain-stage.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { toyContext } from '../../support/job-context.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf, toyConfig, toyPlan, toySet } from '../../support/toy.ts';
import { writeMinedRun } from '../../support/toy-run.ts';

const [labelled, mined] = [toySet(3, 2, 1), toySet(4, 2, 2)];
const config = toyConfig({
  distill: { methods: ['dm'], ipc: [1], matching: { nets: 2, pretrainSteps: [2, 3] } },
});

/** As the rows of the mined set say. */
const EVEN = new Float32Array(mined.count).fill(1);

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

it('leaves every net to the jobs that distil, by steps and then by seed: which one a step matches is drawn by its place', async () => {
  const store = memoryStore();
  const plan = toyPlan({ config });
  await writeMinedRun(store, labelled, mined);
  for (const seed of [1, 0]) {
    const context = { ...toyContext(store, plan), folder: pretrainedFolder('r', seed) };
    expect(await runPretrain(context, { round: 0, seed })).toEqual({ counts: { nets: 2, steps: 5 } });
  }
  const trained = (seed: number) =>
    trainFeatureNets({ config, classes: 2, labelled, seed }, { ...mined, weights: EVEN }, () => undefined);
  const [first, second] = [await trained(0), await trained(1)];
  const expected = [first[0]!, second[0]!, first[1]!, second[1]!];
  const read = await readFeatureNets(store, plan);
  expect(read.map(({ parameters }) => bytesOf(parameters))).toEqual(
    expected.map(({ parameters }) => bytesOf(parameters)),
  );
  expect(new Set(read.map(({ parameters }) => parameters[0])).size).toBe(4);
});
