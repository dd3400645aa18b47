import { keepsFloor } from '../contracts/methods.ts';
import {
  type Attack,
  copiesIn,
  FALSE_POSITIVES,
  isBelowFloor,
  NEAR_PART,
  type Nearness,
  type SetPrivacy,
} from '../contracts/privacy.ts';
import { count, percent } from './format.ts';

/** Whether more of a set's views lie near real images than of unrelated images would, or lead back to what they were made from. */
export const holdsCopies = ({ pixels, embedding }: SetPrivacy): boolean =>
  [pixels, embedding].some(({ copies, traced }) => copies.low > NEAR_PART || (traced ?? 0) > NEAR_PART);

/**
 * What a set is to the real images, and what it tells of them, in sentences with their numbers.
 * @param floor - the distance that matched views were to keep (`distill.matching.floor`)
 */
export const privacySentences = (privacy: SetPrivacy, floor: number): string => {
  const { views, realImages, pixels, embedding, membership } = privacy;
  const kind = holdsCopies(privacy)
    ? 'Its images are copies of real images, or near to it'
    : 'Its images are no nearer to real images than these are to one another, which does not make people in them unrecognisable';
  return (
    `${kind}: of ${count(views)} views beside ${count(realImages)} real images, ${nearnessWords(pixels)} in pixels and ` +
    `${nearnessWords(embedding)} in an embedding (of unrelated images it would be ${percent(NEAR_PART, 0)}). ` +
    floorSentence(privacy, floor) +
    ('notMeasured' in membership
      ? `Whether it tells which images it was made from was not measured. ${membership.notMeasured}`
      : `Asked which of ${count(membership.used + membership.unused)} mined images it was made from, an attack by its images finds ` +
        `${attackWords(membership.images)}, one by nets trained on it ${attackWords(membership.nets)}.`)
  );
};

/** What a run says that releases nothing. */
export const refusalWords = (name: string, privacy: SetPrivacy, maximum: number): string =>
  `${name}: ${percent(copiesIn(privacy))} of its views are copies of real images, or near to it; the run allows ${percent(maximum)}.`;

/** The same of one with a view that is nearer than it was to be. */
export const floorWords = (name: string, { pixels }: SetPrivacy, floor: number): string =>
  `${name}: a view lies at ${distance(pixels.views.minimum)} in pixels from a real image; the run keeps ${distance(floor)}.`;

function floorSentence(privacy: SetPrivacy, floor: number): string {
  const { set, pixels } = privacy;
  if (floor === 0 || !keepsFloor(set.method)) return '';
  const nearest = distance(pixels.views.minimum);
  const kept = isBelowFloor(privacy, floor)
    ? `and do not: one lies at ${nearest}`
    : `and do: the nearest lies at ${nearest}`;
  return `They were to keep a distance of ${distance(floor)} in pixels from every real image, ${kept}. `;
}

function distance(value: number): string {
  return value.toFixed(3);
}

function nearnessWords({ copies, traced }: Nearness): string {
  const led = traced === null ? '' : `, and ${percent(traced)} lead back to the very image that they were made from,`;
  return `${percent(copies.share)} are nearer than all but ${percent(NEAR_PART, 0)} of those${led}`;
}

function attackWords({ auc, found }: Attack): string {
  const area = `area under the ROC curve ${auc.area.toFixed(2)}`;
  if (found === null)
    return `an unknown part at ${percent(FALSE_POSITIVES, 0)} false alarms, for lack of images (${area})`;
  return `${percent(found.share)} of those that were used at ${percent(FALSE_POSITIVES, 0)} false alarms (95 %: ${percent(found.low)} to ${percent(found.high)}; ${area})`;
}
