import type { ArmName } from './arms.ts';
import { type DrawnSet, type SetSpec, setName } from './names.ts';
import { ROLES, type Role } from './roles.ts';

/** An index as five digits or more, so that names sort as numbers do. */
export const digits = (index: number): string => String(index).padStart(5, '0');

/**
 * A run's folder in the store, or a key below it. Folders are made here and files in `core/artifacts`, from the plan
 * alone; nothing is found by listing.
 */
export const runKey = (runId: string, ...parts: string[]): string => ['runs', runId, ...parts].join('/');

/** Folder of the store that inputs are uploaded to: with the runs' own, all of a stack's bucket that its roles may read. */
export const UPLOADS = 'inputs';

/** A key below the folder of a round. */
export const roundKey = (runId: string, round: number, ...parts: string[]): string =>
  runKey(runId, `round-${round}`, ...parts);

/** What provenance and rejections call a labelled image, so that nobody takes it for one of the pool. */
export const labelledKey = (key: string): string => `labelled/${key}`;

/** Decoded labelled set and benchmarks. */
export const inputsFolder = (runId: string): string => runKey(runId, 'inputs');

/** A trained network: what has seen the mined set belongs to a round, the other roles to the run. */
export const modelFolder = (runId: string, role: Role, seed: number, round: number): string =>
  ROLES[role].ofRound ? roundKey(runId, round, role, `seed-${seed}`) : runKey(runId, role, `seed-${seed}`);

export const shardFolder = (runId: string, round: number, shard: number): string =>
  roundKey(runId, round, 'shards', digits(shard));

export const minedFolder = (runId: string, round: number): string => roundKey(runId, round, 'mined');

/** What a fold says with and without the mined images. */
export const comparisonFolder = (runId: string, round: number, fold: number): string =>
  roundKey(runId, round, 'comparison', `fold-${fold}`);

/** Nets that are trained for distillation alone. */
export const pretrainedFolder = (runId: string, seed: number): string => runKey(runId, 'pretrained', `seed-${seed}`);

/** Labels of views of the labelled images. */
export const labelledBankFolder = (runId: string, round: number, draw: number): string =>
  roundKey(runId, round, 'labelled-bank', `draw-${draw}`);

export const distilledFolder = (runId: string, set: DrawnSet): string =>
  runKey(runId, 'distilled', setName(set), `draw-${set.draw}`);

/** What a released set tells of single real images. */
export const privacyFolder = (runId: string, set: SetSpec): string => runKey(runId, 'privacy', setName(set));

export const evaluationFolder = (runId: string, arm: ArmName): string => runKey(runId, 'evaluation', arm);

export const releaseFolder = (runId: string): string => runKey(runId, 'release');

/** Tag of what nobody reads after its run; the bucket's lifecycle rule matches on it. A rule's prefix has no wildcards. */
export const SCRATCH_TAG = { key: 'omnidistill:scratch', value: 'true' } as const;
