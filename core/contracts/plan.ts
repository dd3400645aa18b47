import { z } from 'zod';
import { ArmName } from './arms.ts';
import { RunConfig } from './config.ts';
import { ClassName, Name, RunId, SetSpec, Uri } from './names.ts';

/**
 * What a network is trained as. `calibration` holds back a fifth of the labelled set to learn the temperature;
 * `control` is the student's recipe on labelled images alone.
 */
export const Role = z.enum(['primitive', 'calibration', 'control', 'student']);
export type Role = z.infer<typeof Role>;

export const TrainItem = z.strictObject({ role: Role, seed: z.number().int().min(0) });
export type TrainItem = z.infer<typeof TrainItem>;

/** `shards/00000.json`: which images one mining job reads. */
export const ShardManifest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tar'),
    index: z.number().int().min(0),
    uri: Uri,
    /** Path of the tar in the pool, with which its images' keys start; by default its file name. */
    name: z.string().min(1).optional(),
  }),
  /** Tars that share a job, as a pool has more of them than a run has shards. */
  z.strictObject({
    kind: z.literal('tars'),
    index: z.number().int().min(0),
    tars: z.array(z.strictObject({ uri: Uri, name: z.string().min(1) })).min(1),
  }),
  z.strictObject({
    kind: z.literal('files'),
    index: z.number().int().min(0),
    /** Folder of the pool, ending in `/`. */
    root: Uri,
    /** Paths below `root`, sorted. */
    files: z.array(z.string().min(1)).min(1),
  }),
]);
export type ShardManifest = z.infer<typeof ShardManifest>;

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
  shardCount: z.number().int().min(1),
});
export type Plan = z.infer<typeof Plan>;

/** What passes from state to state: small, because of the 256 KiB limit. */
export const PlanOutput = z.strictObject({
  runId: RunId,
  round: z.number().int().min(0),
  shards: z.array(z.number().int().min(0)).min(1),
  primitives: z.array(TrainItem).min(1),
  students: z.array(TrainItem).min(1),
  distilled: z.array(SetSpec),
  evaluations: z.array(z.strictObject({ arm: ArmName })).min(1),
});
export type PlanOutput = z.infer<typeof PlanOutput>;
