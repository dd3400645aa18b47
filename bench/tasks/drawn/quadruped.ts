import type { Random } from '../../../core/tensor/random.ts';
import { away, chain, DOWN, ellipse, limb, type Point, type Shape } from './shapes.ts';

/** The whole of an animal, in a random pose; it fits into a circle of radius 1.3 or so. */
export type Pose = (random: Random) => Shape[];

type Range = readonly [least: number, most: number];

/** An animal on four legs that looks to the right: lengths beside a body of 1.2, and angles in radians. */
export interface Quadruped {
  readonly body: Range;
  readonly leg: Range;
  readonly legWidth: Range;
  readonly neck: Range;
  /** Angle of the neck above the horizon. */
  readonly rise: Range;
  readonly head: Range;
  readonly muzzle: Range;
  readonly ear: Range;
  readonly tail: Range;
  /** Angle of the tail: 0 straight back, positive upwards. */
  readonly tailRise: Range;
  readonly trunk?: Range;
}

/** An animal of these proportions; legs, neck, head and tail are where they happen to be. */
export const quadruped =
  (look: Quadruped): Pose =>
  (random) => {
    const of = (range: Range): number => random.uniform(...range);
    const height = of(look.body);
    const legLength = of(look.leg);
    const shapes: Shape[] = [ellipse(0, 0, 0.6, height, 0.08 * random.normal())];
    for (const x of [-0.45, -0.3, 0.3, 0.45]) {
      const hip: Point = [x, height * 0.4];
      const knee = away(hip, DOWN + 0.3 * random.normal(), legLength / 2);
      const foot = away(knee, DOWN + 0.2 * random.normal(), legLength / 2);
      shapes.push(...chain([hip, knee, foot], of(look.legWidth)));
    }
    const shoulder: Point = [0.45, -height * 0.4];
    const rise = of(look.rise);
    const head = away(shoulder, -rise, of(look.neck));
    const size = of(look.head);
    shapes.push(limb(shoulder, head, height * 0.55, size * 0.8), ellipse(...head, size, size * 0.9));
    const gaze = 0.25 + 0.3 * random.normal();
    const mouth = away(head, gaze, size + of(look.muzzle));
    shapes.push(limb(head, mouth, size * 0.6, size * 0.45));
    const ear = of(look.ear);
    for (const lean of [-0.25, 0.3]) {
      const root = away(head, -DOWN + lean, size * 0.8);
      shapes.push(limb(root, away(root, -DOWN + lean - 0.2 + 0.2 * random.normal(), ear), size * 0.3, size * 0.12));
    }
    const rump: Point = [-0.55, -height * 0.3];
    const tailRise = Math.PI + of(look.tailRise);
    const middle = away(rump, tailRise, of(look.tail) / 2);
    shapes.push(
      ...chain([rump, middle, away(middle, tailRise + 0.5 * random.normal(), of(look.tail) / 2)], 0.07, 0.04),
    );
    if (look.trunk !== undefined) {
      const bend = away(mouth, DOWN - 0.4 + 0.4 * random.normal(), of(look.trunk) / 2);
      shapes.push(...chain([mouth, bend, away(bend, DOWN + 0.6 * random.normal(), of(look.trunk) / 2)], 0.11, 0.06));
    }
    return shapes;
  };
