import { statsFile } from '../artifacts/job.ts';
import type { ParameterName, ParameterValues } from '../contracts/job-parameters.ts';
import type { Plan, PlanOutput } from '../contracts/plan.ts';
import {
  FUNCTIONS,
  type FunctionStage,
  isJob,
  isMapStep,
  JOBS,
  type JobStage,
  STAGES,
  STEPS,
  type StageName,
  type Step,
  WORKFLOW,
} from '../contracts/stages.ts';
import type { JobStats } from '../contracts/stats.ts';
import { planOutput } from '../plan/plan-output.ts';
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

function foldersOf(step: Step, output: PlanOutput, round: number): string[] {
  const { runId } = output;
  if (!isJob(step.stage)) {
    const { folder }: FunctionStage = FUNCTIONS[step.stage];
    return folder === undefined ? [] : [folder(runId, round)];
  }
  const stage = JOBS[step.stage] as unknown as JobStage;
  return itemsOf(step, output).map((item) => stage.folder(runId, { round, ...item } as ParameterValues<ParameterName>));
}

function itemsOf(step: Step, output: PlanOutput): object[] {
  if (!isMapStep(step)) return [{}];
  const items = output[step.items] as readonly unknown[];
  return items.map((item) => (step.bare === undefined ? (item as object) : { [step.bare]: item }));
}
