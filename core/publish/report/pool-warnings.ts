import type { Summary } from '../../contracts/summary.ts';
import { refusedKindOf } from '../../data/file-kinds.ts';
import { coloursSentence } from '../../text/colours.ts';
import { count, percent } from '../../text/format.ts';
import { gapSentence } from '../../text/gap.ts';

/** More of the pool left out as junk than this is worth a word. */
const MUCH = 0.3;

/** What is wrong with the pool as a whole. */
export const poolWarnings = (summary: Summary): string[] => {
  const { domainGap, colours } = summary;
  return [
    ...(domainGap?.wide ? [gapSentence(domainGap)] : []),
    ...(colours?.pool !== undefined && colours.channels === 1 ? [coloursSentence(colours)] : []),
    ...passedOverWarnings(summary),
    ...junkWarnings(summary),
    ...repeatWarning(summary),
  ];
};

/** More of the best pool images being copies of others than this is worth a word. */
const MANY_COPIES = 0.1;

function repeatWarning({ mined: { copies = 0 } }: Summary): string[] {
  return copies > MANY_COPIES
    ? [
        `${percent(copies)} of the best pool images are copies of another one, and each image was mined once. Does the pool hold images twice, e.g. a tar beside what was taken out of it?`,
      ]
    : [];
}

/** Files that may well hold images; notes and tables beside them are nobody's loss. */
function passedOverWarnings({ poolFound }: Summary): string[] {
  const lost = Object.entries(poolFound?.passedOver ?? {}).filter(([kind]) =>
    !kind.startsWith('.') ? /that may not|UTF-8|that leave/.test(kind) : refusedKindOf(kind) !== undefined,
  );
  if (lost.length === 0) return [];
  const words = lost.map(([kind, number]) => `${count(number)} ${kind}`).join(', ');
  return [`Of the pool were passed over: ${words}. What is in them was not looked at.`];
}

function junkWarnings({ gate, mined }: Summary): string[] {
  if (gate === undefined) return [];
  if (!gate.junk.on) {
    return [`No image was left out as junk, because ${gate.junk.why}: look at the mined images before you use them.`];
  }
  const share = (mined.rejected.junk ?? 0) / Math.max(mined.poolImages, 1);
  return share > MUCH
    ? [
        `${percent(share)} of the pool look like nothing in the labelled set and were left out as junk. Is this the right pool? Where it is, set mining.gate.on to false.`,
      ]
    : [];
}
