import { z } from 'zod';
import type { PlanOutput } from '../core/contracts/plan.ts';
import { parseOrExplain } from '../core/contracts/run-input.ts';
import { makePlan } from '../core/plan/make-plan.ts';
import { openStore } from '../core/store/open.ts';

const Environment = z.object({ OMNIDISTILL_STORE: z.string().min(1) });
const Event = z.object({ runId: z.string(), input: z.unknown() });

/** First state of the workflow: `{ runId, input }` to the state that the others map over. */
export const handler = async (event: unknown): Promise<PlanOutput> => {
  const { OMNIDISTILL_STORE } = parseOrExplain(Environment, process.env, 'environment');
  const { runId, input } = parseOrExplain(Event, event, 'event');
  return makePlan(runId, input, openStore(OMNIDISTILL_STORE));
};
