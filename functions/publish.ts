import { z } from 'zod';
import { RunId } from '../core/contracts/names.ts';
import { parseOrExplain } from '../core/contracts/run-input.ts';
import { type Published, publishRun } from '../core/publish/publish-stage.ts';
import { openStore } from '../core/store/open.ts';

const Payload = z.strictObject({ runId: RunId, round: z.number().int().min(0) });

/** The Publish state: numbers, release and report of a run whose every stage is done. */
export const handler = async (event: unknown): Promise<Published> => {
  const { runId, round } = parseOrExplain(Payload, event, 'publish payload');
  return publishRun(openStore(process.env.OMNIDISTILL_STORE ?? ''), runId, round);
};
