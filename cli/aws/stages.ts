import { type HistoryEvent, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { awsError } from '../../core/aws-errors.ts';
import { STEPS, type Step } from '../../core/contracts/workflow.ts';
import type { Target } from './executions.ts';

/** One passage through a stage; mining and the students come again in every round. */
export interface StagePassage {
  readonly step: Step;
  readonly started: Date;
  ended?: Date;
}

/** Stages in the order in which they began, from the events of an execution. */
export const stagesOf = (events: readonly HistoryEvent[]): StagePassage[] => {
  const stages: StagePassage[] = [];
  for (const { stateEnteredEventDetails, stateExitedEventDetails, timestamp = new Date(0) } of events) {
    const step = STEPS.find(({ state }) => state === stateEnteredEventDetails?.name);
    if (step !== undefined) {
      const before = stages.at(-1);
      // Prepare hands over to PrepareOnDemand, which is the same stage, by a Catch that writes no exit.
      if (before !== undefined) before.ended ??= timestamp;
      stages.push({ step, started: timestamp });
    }
    const left = stages.findLast(({ step: { state } }) => state === stateExitedEventDetails?.name);
    if (left !== undefined) left.ended = timestamp;
  }
  return stages;
};

/** The stages of an execution so far. A history has at most 25,000 events, 25 pages. */
export const readStages = async ({ clients }: Target, executionArn: string): Promise<StagePassage[]> => {
  const events: HistoryEvent[] = [];
  try {
    const request = { executionArn, includeExecutionData: false };
    const pages = paginateGetExecutionHistory({ client: clients.stepFunctions, pageSize: 1000 }, request);
    for await (const page of pages) events.push(...(page.events ?? []));
  } catch (error) {
    throw awsError(error, 'read the history of the run');
  }
  return stagesOf(events);
};
