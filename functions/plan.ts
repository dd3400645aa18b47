import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import type { PlanOutput } from '../core/contracts/plan.ts';
import { claimRun } from '../core/plan/claim-run.ts';

import { makePlan } from '../core/plan/make-plan.ts';
import { storeOf } from './event.ts';
import { isRunning } from './is-running.ts';

const Event = z.object({ runId: z.string(), execution: z.string(), input: z.unknown() });

/** First state of the workflow: `{ runId, execution, input }` to the state that the others map over. */
export const handler = async (event: unknown): Promise<PlanOutput> => {
  const { runId, execution, input } = parseOrExplain(Event, event, 'event');
  const store = storeOf(process.env);
  return makePlan(runId, input, store, (claimed) => claimRun(store, claimed, execution, isRunning));
};
