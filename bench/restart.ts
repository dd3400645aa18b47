import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { VARIABLE } from '../core/contracts/environment.ts';
import { PARAMETERS } from '../core/contracts/job-parameters.ts';
import { modelFolder } from '../core/contracts/keys.ts';
import { openStore } from '../core/store/open.ts';
import { LocalBatch } from '../local/batch/local-batch.ts';
import { processEngine } from '../local/batch/process-engine.ts';
import { skipDone } from '../local/batch/skip-done.ts';
import { BUNDLES } from './bundle.ts';
import { type BenchSpread, spreadOf } from './spread.ts';

const RUN_ID = 'restart';
const JOBS = 200;

/** Seconds that a finished job takes of a run that is started again on this machine. */
export const measureRestart = async (work: string, repetitions: number): Promise<BenchSpread> => {
  const out = join(work, 'restart');
  const store = openStore(pathToFileURL(out).href);
  const seeds = Array.from({ length: JOBS }, (_, seed) => seed);
  for (const seed of seeds) await store.put(`${modelFolder(RUN_ID, 'primitive', seed, 0)}/stats.json`, '{}');
  const batch = new LocalBatch({
    definitions: new Map([
      ['train', { command: ['node', 'worker.mjs', 'train'], environment: {}, attempts: 1, rules: [], wantsGpu: false }],
    ]),
    queues: new Set(['queue']),
    maxJobs: 1,
    engine: skipDone(processEngine(dirname(BUNDLES.worker)).engine, out),
    logFolder: join(out, 'logs'),
    hostEnvironment: { [VARIABLE.store]: store.root, [VARIABLE.runId]: RUN_ID },
    onEvent: () => {},
  });
  const submit = (seed: number): string => {
    const told = { round: '0', role: 'primitive', seed: String(seed) };
    const Environment = Object.entries(told).map(([name, Value]) => ({
      Name: PARAMETERS[name as keyof typeof told].variable,
      Value,
    }));
    const request = { JobName: `train-${seed}`, JobDefinition: 'train', JobQueue: 'queue' };
    return batch.submit({ ...request, ContainerOverrides: { Environment } }).id;
  };
  const lap = async (): Promise<number> => {
    const start = performance.now();
    const ended = await Promise.all(seeds.map((seed) => batch.ended(submit(seed))));
    const failed = ended.find(({ detail }) => detail.Status !== 'SUCCEEDED');
    if (failed !== undefined) throw new Error(`A finished job was not found to be done: ${failed.lastLine}`);
    return (performance.now() - start) / 1000 / JOBS;
  };
  await lap();
  const laps: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) laps.push(await lap());
  return spreadOf(laps);
};
