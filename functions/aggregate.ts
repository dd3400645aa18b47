import { z } from 'zod';
import { aggregateRound } from '../core/aggregate/aggregate-stage.ts';
import type { AggregateOutput } from '../core/contracts/mined.ts';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { RoundEvent, storeOf } from './event.ts';

/** Lambda's own; another machine has none. */
const Environment = z.object({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().int().positive().optional() });

/** The Aggregate state: all shards' candidates become one mined set. */
export const handler = async (event: unknown): Promise<AggregateOutput> => {
  const { runId, round } = parseOrExplain(RoundEvent, event, 'aggregate payload');
  const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMiB } = parseOrExplain(Environment, process.env, 'environment');
  return aggregateRound(storeOf(process.env), runId, round, memoryMiB);
};
