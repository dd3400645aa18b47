import { z } from 'zod';
import { BackboneIdentity } from './backbones.ts';
import { hasConsistency, RunConfig } from './config.ts';
import { ClassName, Name, RunId, Uri } from './names.ts';
import type { Role } from './roles.ts';

/** Which of a run's nets give soft labels and mine in a later round: its best ones. */
export const teacherRole = (config: RunConfig): Role => (hasConsistency(config) ? 'consistent' : 'student');

/** Those of the same recipe that have seen no pool. */
export const teacherControlRole = (config: RunConfig): Role =>
  hasConsistency(config) ? 'consistent-control' : 'control';

/** `shards/00000.json`: which images one mining job reads. */
export const ShardManifest = z.strictObject({
  index: z.number().int().min(0),
  /** Name of the pool format that reads the parts (`core/data/pool/registry.ts`). */
  format: z.string().min(1),
  /** Folder of the pool. */
  root: Uri,
  /** In the format's own words, which checks them; mostly paths below `root`. */
  parts: z.array(z.json()).min(1),
});
export type ShardManifest = z.infer<typeof ShardManifest>;
export type ShardPart = ShardManifest['parts'][number];

/** What Plan found in the pool by listing it. */
export const PoolFound = z.strictObject({
  /** Parts by the name of their format. */
  formats: z.record(z.string(), z.number().int().min(1)),
  /** Files that are not read, by what they are: mostly how their names end. */
  passedOver: z.record(z.string(), z.number().int().min(1)),
});
export type PoolFound = z.infer<typeof PoolFound>;

/** `plan.json`: everything later stages need to know, decided once. */
export const Plan = z.strictObject({
  runId: RunId,
  labelled: Uri,
  pool: Uri,
  benchmarks: z.record(Name, Uri),
  audit: Uri.optional(),
  config: RunConfig,
  /** Sorted; the index of a class here is its label everywhere. */
  classes: z.array(ClassName).min(2),
  /** Images listed (not yet read) by class, in the order of `classes`. */
  labelledCounts: z.array(z.number().int().min(0)),
  /** Parts that the labelled set is cross-fitted in. */
  folds: z.number().int().min(1),
  shardCount: z.number().int().min(1),
  // Runs that were planned before this was counted have none.
  poolFound: PoolFound.optional(),
  /** Only where the run mines by a backbone. */
  backbone: BackboneIdentity.optional(),
});
export type Plan = z.infer<typeof Plan>;

/** How many shards may fail: what `mining.maxFailedShards` allows, but never all of them. */
export const toleratedShards = ({ config, shardCount }: Pick<Plan, 'config' | 'shardCount'>): number =>
  Math.min(Math.floor(config.mining.maxFailedShards * shardCount), shardCount - 1);

/** What one job of a Map is told: its parameters, or the bare value of its only one. */
export const PlanItem = z.union([
  z.number().int().min(0),
  z.record(z.string(), z.union([z.string(), z.number().int().min(0)])),
]);
export type PlanItem = z.infer<typeof PlanItem>;

/** What passes from state to state: small, because of the 256 KiB limit. */
export const PlanOutput = z.strictObject({
  runId: RunId,
  round: z.number().int().min(0),
  /** Whether the run goes on where the mined images are found to do harm. */
  evenIfHarmful: z.boolean(),
  /** Shards that may fail in a round; one more ends the run, and a redrive mines those that failed alone. */
  toleratedShards: z.number().int().min(0),
  /** What the Map states map over, by the name of each list. */
  items: z.record(z.string(), z.array(PlanItem)),
});
export type PlanOutput = z.infer<typeof PlanOutput>;
