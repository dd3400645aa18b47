import type { MirrorTest } from '../contracts/mirror.ts';
import type { LabelledImages } from '../data/images.ts';
import { mirrored } from '../data/mirrored.ts';
import { GRADIENTS, gradientHistograms } from '../gate/gradients.ts';
import { greyImages } from '../gate/grey.ts';

/** Images of digits and clothes lie 5.9 to 9.9 deviations apart from their mirrors, faces, animals and textures at most 1.7 (docs/recipe.md). */
const SURELY = 3;
/** In a large set a little unevenness, as light from one side, is sure as well; what mirrors teach is worth more than that. */
const AT_MOST = 0.85;

/**
 * Whether an image's mirror shows the same class, as far as the labelled set can tell: each image is given to the class whose others
 * it is nearest to in the histograms of its gradients, as it is and mirrored. A `b`, a 7 and a shoe of a catalogue are something
 * else in the mirror: to learn that they are the same takes 3 points of accuracy from digits, and not to learn it 10 from textures.
 */
export const mirrorTest = (labelled: LabelledImages, classes: number): MirrorTest => {
  const { count: images, labels } = labelled;
  const rows = gradientHistograms(greyImages(labelled));
  const mirroredRows = gradientHistograms(greyImages({ ...labelled, pixels: mirrored(labelled.pixels, labelled) }));
  const nearest = nearestOfOthers(rows, labels, classes);
  const hits = { own: 0, mirror: 0, onlyOwn: 0, onlyMirror: 0 };
  for (let i = 0; i < images; i++) {
    const own = nearest(rows, i) === labels[i];
    const mirror = nearest(mirroredRows, i) === labels[i];
    if (own) hits.own++;
    if (mirror) hits.mirror++;
    if (own && !mirror) hits.onlyOwn++;
    if (mirror && !own) hits.onlyMirror++;
  }
  const { own, mirror, onlyOwn, onlyMirror } = hits;
  const z = (onlyOwn - onlyMirror) / Math.sqrt(Math.max(onlyOwn + onlyMirror, 1));
  const another = z >= SURELY && mirror <= AT_MOST * own;
  return { images, asTheyAre: own / images, mirrored: mirror / images, z, mirror: !another };
};

/** The class whose mean is nearest to a row; an image itself is no part of its class's mean. */
function nearestOfOthers(
  rows: Float32Array,
  labels: Int32Array,
  classes: number,
): (of: Float32Array, image: number) => number {
  const sums = new Float64Array(classes * GRADIENTS);
  const members = new Int32Array(classes);
  labels.forEach((label, i) => {
    members[label]!++;
    for (let k = 0; k < GRADIENTS; k++) sums[label * GRADIENTS + k]! += rows[i * GRADIENTS + k]!;
  });
  return (of, image) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let label = 0; label < classes; label++) {
      const own = Number(labels[image] === label);
      const others = members[label]! - own;
      let distance = 0;
      for (let k = 0, at = image * GRADIENTS; k < GRADIENTS; k++, at++) {
        distance += ((sums[label * GRADIENTS + k]! - own * rows[at]!) / others - of[at]!) ** 2;
      }
      if (distance < least) [best, least] = [label, distance];
    }
    return best;
  };
}
