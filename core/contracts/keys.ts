import type { ArmName } from './arms.ts';
import { type SetSpec, setName } from './names.ts';
import type { Role } from './plan.ts';

const digits = (index: number): string => String(index).padStart(5, '0');

/** A run's folder in the store. Every key of a run is made here, from the plan alone; nothing is found by listing. */
export const runKey = (runId: string, ...parts: string[]): string => ['runs', runId, ...parts].join('/');

export const inputKey = (runId: string): string => runKey(runId, 'input.json');
export const planKey = (runId: string): string => runKey(runId, 'plan.json');
export const summaryKey = (runId: string): string => runKey(runId, 'summary.json');
export const successKey = (runId: string): string => runKey(runId, '_SUCCESS');
export const reportKey = (runId: string): string => runKey(runId, 'report', 'index.html');
export const releaseFolder = (runId: string): string => runKey(runId, 'release');

/** Which images a mining job reads. */
export const shardManifestKey = (runId: string, shard: number): string =>
  runKey(runId, 'shards', `${digits(shard)}.json`);

/** Decoded labelled set and benchmarks. */
export const inputsFolder = (runId: string): string => runKey(runId, 'inputs');
export const labelledKey = (runId: string): string => `${inputsFolder(runId)}/labelled.safetensors`;
export const benchmarkKey = (runId: string, name: string): string =>
  `${inputsFolder(runId)}/benchmark-${name}.safetensors`;

/** A trained network: students belong to a round, the other roles to the run. */
export const modelFolder = (runId: string, role: Role, seed: number, round: number): string =>
  role === 'student' ? runKey(runId, `round-${round}`, 'student', `seed-${seed}`) : runKey(runId, role, `seed-${seed}`);

export const shardFolder = (runId: string, round: number, shard: number): string =>
  runKey(runId, `round-${round}`, 'shards', digits(shard));
export const minedFolder = (runId: string, round: number): string => runKey(runId, `round-${round}`, 'mined');
export const minedKey = (runId: string, round: number): string => `${minedFolder(runId, round)}/mined.parquet`;

export const distilledFolder = (runId: string, spec: SetSpec): string => runKey(runId, 'distilled', setName(spec));
export const evaluationFolder = (runId: string, arm: ArmName): string => runKey(runId, 'evaluation', arm);

/** The last object that a job writes: where it stands, the job is done. */
export const statsKey = (folder: string): string => `${folder}/stats.json`;
export const errorKey = (folder: string): string => `${folder}/error.json`;

/** Tag of what nobody reads after its run; the bucket's lifecycle rule matches on it. A rule's prefix has no wildcards. */
export const SCRATCH_TAG = { key: 'omnidistill:scratch', value: 'true' } as const;

/** Whether a key holds the output of one shard or a job's kept state: needed while its run lasts and never again. */
export const isScratch = (key: string): boolean => /(^|\/)(round-\d+\/shards|checkpoints)\//.test(key);
