import type { Crossed } from '../../core/statistics/crossed.ts';
import type { Random } from '../../core/tensor/random.ts';

/**
 * A benchmark and two arms on it. A prediction is right where a sum of normal effects is above 0: that of the image (hard for
 * everybody), of the image for the arm, of the arm's seed, of the seed on the image, of the draw, of the draw for the seed, and
 * what is left. All are deviations in one unit.
 */
export interface World {
  readonly images: number;
  readonly seeds: number;
  /** Of the arm; its reference is drawn once. */
  readonly draws: number;
  readonly image: number;
  readonly imageForArm: number;
  readonly seed: number;
  readonly seedOnImage: number;
  readonly draw: number;
  readonly drawForSeed: number;
  readonly rest: number;
  /** How much easier the arm finds every image; without it neither is better. */
  readonly lift: number;
}

/** As faces behave: one arm over another differs by 0.9 points from seed to seed, and by 0.6 from draw to draw. */
export const FACES: Omit<World, 'seeds'> = {
  images: 1000,
  draws: 1,
  image: 1,
  imageForArm: 0.5,
  seed: 0.015,
  seedOnImage: 0.6,
  draw: 0,
  drawForSeed: 0,
  rest: 0.3,
  lift: 0,
};

/** Lies below 0, so that less than half of the predictions are right, as on faces. */
const LEVEL = -0.3;

/** What both arms predict right, once. Chance in the reference's set is part of what is left, so that both have as much. */
export const simulate = (world: World, draw: Random): { readonly arm: Crossed; readonly reference: Crossed } => {
  const shared = Float64Array.from({ length: world.images }, () => world.image * draw.normal());
  const rest = Math.hypot(world.rest, world.draw, world.drawForSeed);
  return {
    arm: answers(world, shared, draw),
    reference: answers({ ...world, draws: 1, draw: 0, drawForSeed: 0, rest, lift: 0 }, shared, draw),
  };
};

/** The difference that an endless number of images, seeds and draws would show. */
export const truthOf = (world: World): number => {
  const { image, imageForArm, seed, seedOnImage, draw, drawForSeed, rest, lift } = world;
  const all = Math.hypot(image, imageForArm, seed, seedOnImage, draw, drawForSeed, rest);
  return normalBelow((LEVEL + lift) / all) - normalBelow(LEVEL / all);
};

function answers(world: World, shared: Float64Array, draw: Random): Crossed {
  const { images, seeds, draws, lift } = world;
  const values = new Uint8Array(seeds * draws * images);
  const own = shared.map((value) => LEVEL + lift + value + world.imageForArm * draw.normal());
  const ofDraw = Array.from({ length: draws }, () => world.draw * draw.normal());
  for (let s = 0; s < seeds; s++) {
    const ofSeed = world.seed * draw.normal();
    const onImages = own.map((value) => value + ofSeed + world.seedOnImage * draw.normal());
    for (let d = 0; d < draws; d++) {
      const level = ofDraw[d]! + world.drawForSeed * draw.normal();
      onImages.forEach((value, i) => {
        values[(s * draws + d) * images + i] = value + level + world.rest * draw.normal() > 0 ? 1 : 0;
      });
    }
  }
  return { seeds, draws, images, values };
}

/** The normal distribution function. @see Abramowitz and Stegun (1964), 26.2.17; off by less than 1e-7 */
function normalBelow(x: number): number {
  if (x < 0) return 1 - normalBelow(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
