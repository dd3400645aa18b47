import { z } from 'zod';
import { ArmName } from './arms.ts';
import { Method } from './methods.ts';
import { RunId } from './names.ts';
import { Role } from './plan.ts';

const whole = z.coerce.number().int().min(0);

/** What a Batch job is told through its environment; the state machine sets it, numbers arrive as text. */
const common = {
  /** `s3://BUCKET` or `file:///FOLDER`: where `runs/` lies. */
  OMNIDISTILL_STORE: z.string().min(1),
  OMNIDISTILL_RUN_ID: RunId,
};

/** The environment of each kind of job, by the first argument of the worker's command. */
export const JOB_ENVIRONMENT = {
  prepare: z.object(common),
  train: z.object({ ...common, OMNIDISTILL_ROUND: whole, OMNIDISTILL_ROLE: Role, OMNIDISTILL_SEED: whole }),
  mine: z.object({ ...common, OMNIDISTILL_ROUND: whole, OMNIDISTILL_SHARD: whole }),
  distill: z.object({
    ...common,
    OMNIDISTILL_ROUND: whole,
    OMNIDISTILL_METHOD: Method,
    OMNIDISTILL_IPC: z.coerce.number().int().min(1),
  }),
  evaluate: z.object({ ...common, OMNIDISTILL_ROUND: whole, OMNIDISTILL_ARM: ArmName }),
} as const;

export const JOB_KINDS = ['prepare', 'train', 'mine', 'distill', 'evaluate'] as const;
export type JobKind = (typeof JOB_KINDS)[number];
