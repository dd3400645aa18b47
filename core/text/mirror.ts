import type { MirrorTest } from '../contracts/mirror.ts';
import { wholePercent } from './format.ts';

/** Whether a run mirrors images, why, and how to have it otherwise. */
export function mirrorSentence({ asTheyAre, mirrored, mirror }: MirrorTest): string {
  const told = `${wholePercent(asTheyAre)} of the labelled images are told by the others of their class, ${wholePercent(mirrored)} of their mirrors`;
  return `${mirror ? 'Images are mirrored in training' : 'Images are not mirrored'}: ${told}. Set image.mirror to have it otherwise.`;
}
