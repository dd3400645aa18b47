/** fer2013's seven, by its numbers, and the eighth that later sets have. */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral', 'contempt'] as const;

/** RAF-DB basic counts from 1. @see Li et al., Reliable Crowdsourcing and Deep Locality-Preserving Learning (CVPR 2017) */
export const RAF_NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'surprise'],
  [2, 'fear'],
  [3, 'disgust'],
  [4, 'happy'],
  [5, 'sad'],
  [6, 'angry'],
  [7, 'neutral'],
]);

/** AffectNet's `expression`. 8 (none), 9 (uncertain) and 10 (no face) are no class. */
export const AFFECTNET_NUMBERS: ReadonlyMap<number, string> = new Map(
  ['neutral', 'happy', 'sad', 'surprise', 'fear', 'disgust', 'angry', 'contempt'].entries(),
);

/**
 * What FER+ counts votes of, in its order; `undefined` is no class.
 * @see Barsoum et al., Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution (2016)
 */
export const FERPLUS_VOTES: ReadonlyMap<string, string | undefined> = new Map([
  ['neutral', 'neutral'],
  ['happiness', 'happy'],
  ['surprise', 'surprise'],
  ['sadness', 'sad'],
  ['anger', 'angry'],
  ['disgust', 'disgust'],
  ['fear', 'fear'],
  ['contempt', 'contempt'],
  ['unknown', undefined],
  ['nf', undefined],
]);
