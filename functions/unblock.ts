import { BatchClient } from '@aws-sdk/client-batch';
import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { cancelWaiting } from '../core/queues/cancel-waiting.ts';

const Event = z.strictObject({
  queues: z.array(z.strictObject({ queueArn: z.string().min(1), minutes: z.number().positive() })),
});

const client = new BatchClient();

/** Called every few minutes: no job waits longer for a machine than the settings say. @returns names of those that did */
export const handler = async (event: unknown): Promise<string[]> => {
  const { queues } = parseOrExplain(Event, event, 'unblock payload');
  const cancelled: string[] = [];
  for (const queue of queues) cancelled.push(...(await cancelWaiting(client, queue, Date.now())));
  return cancelled;
};
