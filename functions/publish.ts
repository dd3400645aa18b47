import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { type Published, publishRun } from '../core/publish/publish-stage.ts';
import { RoundEvent, storeOf } from './event.ts';

/** The Publish state: numbers, release and report of a run whose every stage is done. */
export const handler = async (event: unknown): Promise<Published> => {
  const { runId, round } = parseOrExplain(RoundEvent, event, 'publish payload');
  return publishRun(storeOf(process.env), runId, round);
};
