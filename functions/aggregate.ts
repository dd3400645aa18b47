import { aggregateRound } from '../core/aggregate/aggregate-stage.ts';
import type { AggregateOutput } from '../core/contracts/mined.ts';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { RoundEvent, storeOf } from './event.ts';

/** The Aggregate state: all shards' candidates become one mined set. */
export const handler = async (event: unknown): Promise<AggregateOutput> => {
  const { runId, round } = parseOrExplain(RoundEvent, event, 'aggregate payload');
  return aggregateRound(storeOf(process.env), runId, round);
};
