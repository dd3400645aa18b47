import { z } from 'zod';
import { aggregateRound } from '../core/aggregate/aggregate-stage.ts';
import type { AggregateOutput } from '../core/contracts/mined.ts';
import { RunId } from '../core/contracts/names.ts';
import { parseOrExplain } from '../core/contracts/run-input.ts';
import { openStore } from '../core/store/open.ts';

const Payload = z.strictObject({ runId: RunId, round: z.number().int().min(0) });

/** The Aggregate state: all shards' candidates become one mined set. */
export const handler = async (event: unknown): Promise<AggregateOutput> => {
  const { runId, round } = parseOrExplain(Payload, event, 'aggregate payload');
  return aggregateRound(openStore(process.env.OMNIDISTILL_STORE ?? ''), runId, round);
};
