import type { z } from 'zod';
import { statsFile } from '../artifacts/job.ts';
import type { ParameterName, ParameterValues } from '../contracts/job-parameters.ts';
import type { Plan, PlanOutput } from '../contracts/plan.ts';
import { anyJob, FUNCTIONS, type FunctionStage, isJob, type StageName, type Tally } from '../contracts/stages.ts';
import type { JobStats } from '../contracts/stats.ts';
import { parametersOf, planOutput, STAGES, STEPS, type Step, WORKFLOW } from '../contracts/workflow.ts';
import { mapInOrder } from '../map-in-order.ts';
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
  const read = mapInOrder(jobsOf(plan, lastRound), READS_AT_ONCE, async ({ counts, ...job }) => ({
    ...job,
    stats: await statsFile(job.folder, counts).find(store),
  }));
  for await (const { stage, folder, stats } of read) {
    if (stats !== undefined) found.push({ stage, folder, stats });
  }
  return found;
}

/** Where the stats of a job lie, and what they count. */
interface StatedJob {
  readonly stage: StageName;
  readonly folder: string;
  readonly counts: z.ZodType<Tally>;
}

/** All jobs up to a round, stage by stage, as the plan names them. */
function jobsOf(plan: Plan, lastRound: number): StatedJob[] {
  const { runId, items } = planOutput(plan);
  const rounds = Array.from({ length: lastRound + 1 }, (_, round) => round);
  const comesAgain = (step: Step): boolean => (WORKFLOW.rounds as readonly Step[]).includes(step);
  const all = STEPS.flatMap((step) =>
    (comesAgain(step) ? rounds : [0]).flatMap((round) => jobsOfStep(step, runId, items, round)),
  );
  // Some jobs of a round belong to the run and are done once.
  const once = [...new Map(all.map((job) => [job.folder, job])).values()];
  return STAGES.flatMap((stage) => once.filter((job) => job.stage === stage));
}

function jobsOfStep(step: Step, runId: string, items: PlanOutput['items'], round: number): StatedJob[] {
  if (!isJob(step.stage)) {
    const { stats }: FunctionStage = FUNCTIONS[step.stage];
    return stats === undefined ? [] : [{ stage: step.stage, folder: stats.folder(runId, round), counts: stats.counts }];
  }
  const { stage } = step;
  const { counts, folder } = anyJob(stage);
  return parametersOf(step, items).map((own) => {
    return { stage, counts, folder: folder(runId, { round, ...own } as ParameterValues<ParameterName>) };
  });
}
