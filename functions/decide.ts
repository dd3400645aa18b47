import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import type { PoolVerdict } from '../core/contracts/pool-verdict.ts';
import { decideRound } from '../core/verdict/decide-stage.ts';
import { RoundEvent, storeOf } from './event.ts';

const Event = RoundEvent.extend({ evenIfHarmful: z.boolean() });

/** The Decide state: whether the mined images pay, and whether the run goes on. */
export const handler = async (event: unknown): Promise<PoolVerdict> => {
  const { runId, round, evenIfHarmful } = parseOrExplain(Event, event, 'decide payload');
  return decideRound(storeOf(process.env), runId, round, evenIfHarmful);
};
