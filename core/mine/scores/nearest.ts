import { argmaxRows } from '../../nets/logits.ts';
import { nearnessToClasses } from '../../nets/prototypes.ts';
import { meanOf, type Opinion, type ScoreImage } from '../score.ts';

/** Few enough for a class of a dozen labelled images, and enough that a single odd one decides nothing. */
const NEIGHBOURS = 10;

/**
 * The class of the ten nearest labelled images, each counted by its cosine from the centre of the labelled set; mean over the nets, the
 * lower class index wins a tie. A near-duplicate of a labelled image does not come first for that alone: it is one of ten.
 * @throws RangeError where a net was trained without keeping its neighbours
 * @see Wu, Xiong, Yu and Lin, Unsupervised Feature Learning via Non-Parametric Instance Discrimination (CVPR 2018), for the vote
 */
export const score: ScoreImage = (opinions) => {
  const mean = meanOf(opinions.map(nearnessOf));
  const label = argmaxRows(mean, mean.length)[0]!;
  return { label, score: Math.min(1, mean[label]!) };
};

function nearnessOf({ embedding, prototypes }: Opinion): Float32Array {
  const { neighbours } = prototypes;
  if (neighbours === undefined) throw new RangeError('The prototypes hold no labelled images to find the nearest of.');
  return nearnessToClasses(embedding, prototypes, neighbours, NEIGHBOURS);
}
