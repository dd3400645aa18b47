import { statsFile } from '../artifacts/job.ts';
import type { ParameterName, ParameterValues } from '../contracts/job-parameters.ts';
import type { Plan, PlanOutput } from '../contracts/plan.ts';
import { FUNCTIONS, type FunctionStage, isJob, JOBS, type JobStage, type StageName } from '../contracts/stages.ts';
import type { JobStats } from '../contracts/stats.ts';
import { parametersOf, planOutput, STAGES, STEPS, type Step, WORKFLOW } from '../contracts/workflow.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import type { Store } from '../store/store.ts';

/** The stats of one job that is done. */
export interface StageStats {
  readonly stage: StageName;
  readonly folder: string;
  readonly stats: JobStats;
}

const READS_AT_ONCE = 16;

/** What every job of a run says about itself; jobs that failed say nothing and are left out. */
export async function readRunStats(store: Store, plan: Plan, lastRound: number): Promise<StageStats[]> {
  const found: StageStats[] = [];
  const read = mapInOrder(jobsOf(plan, lastRound), READS_AT_ONCE, async (job) => ({
    ...job,
    stats: await statsFile(job.folder).find(store),
  }));
  for await (const { stage, folder, stats } of read) {
    if (stats !== undefined) found.push({ stage, folder, stats });
  }
  return found;
}

/** Stage and folder of all jobs up to a round, stage by stage, as the plan names them. */
function jobsOf(plan: Plan, lastRound: number): { stage: StageName; folder: string }[] {
  const output = planOutput(plan);
  const rounds = Array.from({ length: lastRound + 1 }, (_, round) => round);
  const comesAgain = (step: Step): boolean => (WORKFLOW.rounds as readonly Step[]).includes(step);
  return STAGES.flatMap((stage) => {
    const folders = STEPS.filter((step) => step.stage === stage).flatMap((step) =>
      (comesAgain(step) ? rounds : [0]).flatMap((round) => foldersOf(step, output, round)),
    );
    // Some jobs of a round belong to the run and are done once.
    return [...new Set(folders)].map((folder) => ({ stage, folder }));
  });
}

function foldersOf(step: Step, { runId, items }: PlanOutput, round: number): string[] {
  if (!isJob(step.stage)) {
    const { folder }: FunctionStage = FUNCTIONS[step.stage];
    return folder === undefined ? [] : [folder(runId, round)];
  }
  const stage = JOBS[step.stage] as unknown as JobStage;
  return parametersOf(step, items).map((own) =>
    stage.folder(runId, { round, ...own } as ParameterValues<ParameterName>),
  );
}
