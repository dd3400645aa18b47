import type { Colours } from '../contracts/colours.ts';
import { wholePercent } from './format.ts';

/** Whether a run sees colour, why, and how to have it otherwise. */
export function coloursSentence({ labelled, pool, channels }: Colours): string {
  const parts = [`${wholePercent(labelled)} of the labelled images`];
  if (pool !== undefined) parts.push(`${wholePercent(pool)} of a preview of the pool`);
  const because = `${parts.join(' and ')} are in colour`;
  const differ = 'Colour would be the first thing that a net sees between labelled images and the pool. ';
  return (
    `Images are seen in ${channels === 3 ? 'colour' : 'grey'}: ${because}. ` +
    `${channels === 1 && pool !== undefined ? differ : ''}Set image.channels to have it otherwise.`
  );
}
