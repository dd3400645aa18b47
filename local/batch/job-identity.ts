import { runKey } from '../../core/contracts/keys.ts';
import { anyJob, JOB_KINDS, type JobKind } from '../../core/contracts/stages.ts';

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

type JobEnvironment = Readonly<Record<string, string>>;

/** Kind and folder of a job, from its command and environment; nothing where they are not a worker's. */
export const identifyJob = (
  command: readonly string[],
  environment: JobEnvironment,
): { kind?: JobKind; folder?: string; label?: string } => {
  const kind = JOB_KINDS.find((known) => known === command.at(-1));
  if (kind === undefined) return {};
  const stage = anyJob(kind);
  const told = stage.environment.safeParse(environment);
  if (!told.success) return { kind };
  const folder = stage.folder(told.data.runId, told.data);
  return { kind, folder, label: folder.slice(runKey(told.data.runId).length + 1).replaceAll('/', '-') };
};
