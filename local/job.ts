import { JOB_ENVIRONMENT, JOB_KINDS, type JobKind } from '../core/contracts/job.ts';
import {
  distilledFolder,
  evaluationFolder,
  inputsFolder,
  modelFolder,
  runKey,
  shardFolder,
} from '../core/contracts/keys.ts';

/** A job of a run, as people and progress displays name it. */
export interface JobRef {
  readonly id: string;
  readonly name: string;
  /** What the job does, where its command says it. */
  readonly kind?: JobKind;
  /** `round-0-shards-00003`: unique in a run. */
  readonly label: string;
  /** Where the job writes, below the store's root. */
  readonly folder?: string;
  readonly logFile: string;
}

type Environment = Readonly<Record<string, string>>;

/** The folder that a job of a kind writes to, from its environment alone. */
const folderOf = (kind: JobKind, environment: Environment): string | undefined => {
  switch (kind) {
    case 'prepare': {
      const { data } = JOB_ENVIRONMENT.prepare.safeParse(environment);
      return data && inputsFolder(data.OMNIDISTILL_RUN_ID);
    }
    case 'train': {
      const { data } = JOB_ENVIRONMENT.train.safeParse(environment);
      return (
        data &&
        modelFolder(data.OMNIDISTILL_RUN_ID, data.OMNIDISTILL_ROLE, data.OMNIDISTILL_SEED, data.OMNIDISTILL_ROUND)
      );
    }
    case 'mine': {
      const { data } = JOB_ENVIRONMENT.mine.safeParse(environment);
      return data && shardFolder(data.OMNIDISTILL_RUN_ID, data.OMNIDISTILL_ROUND, data.OMNIDISTILL_SHARD);
    }
    case 'distill': {
      const { data } = JOB_ENVIRONMENT.distill.safeParse(environment);
      return (
        data && distilledFolder(data.OMNIDISTILL_RUN_ID, { method: data.OMNIDISTILL_METHOD, ipc: data.OMNIDISTILL_IPC })
      );
    }
    case 'evaluate': {
      const { data } = JOB_ENVIRONMENT.evaluate.safeParse(environment);
      return data && evaluationFolder(data.OMNIDISTILL_RUN_ID, data.OMNIDISTILL_ARM);
    }
  }
};

/** Kind and folder of a job, from its command and environment; nothing where they are not a worker's. */
export const identifyJob = (
  command: readonly string[],
  environment: Environment,
): { kind?: JobKind; folder?: string; label?: string } => {
  const kind = JOB_KINDS.find((known) => known === command.at(-1));
  const folder = kind && folderOf(kind, environment);
  if (kind === undefined || folder === undefined) return kind ? { kind } : {};
  const below = folder.slice(runKey(environment.OMNIDISTILL_RUN_ID!).length + 1);
  return { kind, folder, label: below.replaceAll('/', '-') };
};
