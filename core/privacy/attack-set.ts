import type { DistilledImages } from '../artifacts/distilled.ts';
import type { MinedSet } from '../artifacts/mined.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { SetPrivacy } from '../contracts/privacy.ts';
import { asShown, mirroredRows, pixelRows } from '../data/image-rows.ts';
import { selectImages } from '../data/images.ts';
import { nearestRows } from '../data/nearest-rows.ts';
import { viewsOf } from '../data/views.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import { trainOnSet } from '../evaluate/only.ts';
import type { Checkpointer } from '../run/checkpoints.ts';
import { random } from '../tensor/random.ts';
import { askedOf } from './asked.ts';
import { attackOf } from './attack.ts';
import { closeness, membershipScores, sureness } from './membership.ts';

/** Nets of each draw, whose mean attacks: those that Evaluate trains on the set alone. */
export const NETS = 2;

export interface SetAttack {
  readonly config: RunConfig;
  readonly mined: MinedSet;
  readonly checkpointer?: Checkpointer | undefined;
  /** Called after every net that is trained. */
  readonly onNet: (done: number, total: number) => void;
}

/**
 * Asks of mined images whether a set was made from them, by the set's images and by nets that learn from the set.
 * @param draws - every draw of the set; each is attacked with the help of the others
 */
export const attackSet = async (
  draws: readonly DistilledImages[],
  { config, mined, checkpointer, onNet }: SetAttack,
): Promise<SetPrivacy['membership']> => {
  if (draws.length < 2) {
    return {
      notMeasured: 'The set was drawn once: nothing tells what it would be without an image. Set draws to 2 or more.',
    };
  }
  const used = draws.map(({ spec }) => new Set(spec.provenance.flat()));
  const asked = askedOf(mined, used, random(config.seed, 'privacy', 'asked'));
  const count = asked.usedIn.filter((draw) => draw !== undefined).length;
  if (count === 0) return { notMeasured: 'No mined image is known to have been used in one draw alone.' };
  if (count === asked.rows.length) return { notMeasured: 'Every mined image of these classes was used.' };

  const images = asShown(selectImages(mined, asked.rows), draws[0]!.spec.factor);
  const labels = asked.rows.map((row) => mined.labels[row]!);
  const seeds = Math.min(NETS, config.seeds);
  const byImages: Float32Array[] = [];
  const byNets: Float32Array[] = [];
  for (const [draw, set] of draws.entries()) {
    const views = pixelRows(viewsOf(set, set.spec.factor));
    const { distances } = await nearestRows([pixelRows(images), mirroredRows(images)], views);
    byImages.push(closeness(distances));
    const nets = [];
    for (let seed = 0; seed < seeds; seed++) {
      nets.push(await trainOnSet(set, config, seed, { checkpointer }));
      onNet(draw * seeds + seed + 1, draws.length * seeds);
    }
    byNets.push(sureness(await ensembleSoftLabels(nets, images), labels));
  }
  return {
    draws: draws.length,
    used: count,
    unused: asked.rows.length - count,
    images: attackOf(membershipScores(asked, byImages)),
    nets: attackOf(membershipScores(asked, byNets)),
  };
};
