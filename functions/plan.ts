import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import type { PlanOutput } from '../core/contracts/plan.ts';
import { makePlan } from '../core/plan/make-plan.ts';
import { storeOf } from './event.ts';

const Event = z.object({ runId: z.string(), input: z.unknown() });

/** First state of the workflow: `{ runId, input }` to the state that the others map over. */
export const handler = async (event: unknown): Promise<PlanOutput> => {
  const { runId, input } = parseOrExplain(Event, event, 'event');
  return makePlan(runId, input, storeOf(process.env));
};
