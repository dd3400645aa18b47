import type { Random } from '../../../core/tensor/random.ts';
import { type Camera, coverage, type Field, fractalNoise, mix, paint, photograph, placed } from './canvas.ts';
import { CREATURES } from './creatures.ts';
import type { Drawing } from './drawing.ts';
import { unionOf } from './shapes.ts';

const SIDE = 48;
const CAMERA: Camera = { light: 0.4, contrast: [0.6, 1.1], noise: 0.07, blur: 0.7 };
/** Least difference of shade between an animal and what is behind it. */
const LEAST_CONTRAST = 0.25;

/** Animals of any shade and coat, in any pose and on any ground, that look to the left or to the right. */
export const ANIMALS: Drawing = {
  name: 'animals',
  classes: Object.keys(CREATURES),
  side: SIDE,
  draw: (random, label) => {
    const creature = unionOf(CREATURES[label]!(random));
    const mirrored = random.next() < 0.5 ? -1 : 1;
    const place = {
      angle: 0.3 * random.normal(),
      scale: random.uniform(0.42, 0.78),
      x: random.uniform(-0.25, 0.25),
      y: random.uniform(-0.25, 0.25),
    };
    const silhouette = placed((x, y) => creature(mirrored * x, y), place);
    const [ground, light] = shades(random);
    const coat = placed(coatOf(random), place);
    const [noise, roughness] = [fractalNoise(random, 3), random.uniform(0.1, 0.5)];
    const [horizon, sky] = [random.uniform(-0.5, 0.9), random.uniform(-0.2, 0.2)];
    const grain = random.uniform(1, 4);
    const canvas = paint(SIDE, (x, y) => {
      const behind = ground + (y < horizon ? sky : 0) + roughness * (noise(grain * x + 9, grain * y + 9) - 0.5);
      const fur = light + coat(x, y);
      return mix(behind, fur, coverage(silhouette(x, y), 0.08));
    });
    return photograph(random, canvas, CAMERA);
  },
};

/** Shades of the ground and of the animal. */
function shades(random: Random): [ground: number, animal: number] {
  for (;;) {
    const [ground, animal] = [random.uniform(0.1, 0.9), random.uniform(0.05, 0.95)];
    if (Math.abs(ground - animal) >= LEAST_CONTRAST) return [ground, animal];
  }
}

/** Plain, striped or spotted: what it adds to the animal's shade. It tells nothing of the class. */
function coatOf(random: Random): Field {
  const strength = random.uniform(0.05, 0.35) * (random.next() < 0.5 ? -1 : 1);
  const period = random.uniform(8, 18);
  const noise = fractalNoise(random, 2);
  return [
    () => 0,
    (x: number) => strength * Math.sin(period * x),
    (x: number, y: number) => 2 * strength * (noise((period * x) / 3, (period * y) / 3) - 0.5),
  ][random.below(3)]!;
}
