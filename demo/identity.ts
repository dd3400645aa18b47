import type { Look } from './looks.ts';
import type { DemoRandom } from './random.ts';

/** What stays the same on a face whatever it expresses. Lengths are hundredths of the image's height. */
export interface Identity {
  readonly skin: string;
  readonly skinShadow: string;
  readonly lip: string;
  readonly hair: string;
  readonly brow: string;
  readonly iris: string;
  readonly background: readonly [string, string];
  readonly clothes: string;
  /** Half height and half width of the head. */
  readonly headHeight: number;
  readonly headWidth: number;
  /** Width of the jaw as part of the head's, 0 to 1. */
  readonly jaw: number;
  readonly eyeGap: number;
  readonly eyeSize: number;
  readonly eyeLine: number;
  readonly browThickness: number;
  readonly browHeight: number;
  readonly noseLength: number;
  readonly noseWidth: number;
  readonly mouthLine: number;
  readonly mouthWidth: number;
  readonly lipThickness: number;
  readonly fringe: 'bald' | 'short' | 'parted' | 'bangs' | 'curly';
  readonly longHair: boolean;
  readonly hat: boolean;
  readonly beard: 'none' | 'moustache' | 'full' | 'stubble';
  readonly glasses: 'none' | 'round' | 'square' | 'dark-rim';
}

const hsl = (hue: number, saturation: number, lightness: number): string =>
  `hsl(${hue.toFixed(0)},${saturation.toFixed(0)}%,${Math.max(2, Math.min(97, lightness)).toFixed(0)}%)`;

/** A person drawn from a look. */
export const drawIdentity = (random: DemoRandom, look: Look): Identity => {
  const lightness = random.uniform(...look.skin);
  const hue = random.uniform(14, 34);
  const saturation = random.uniform(25, 50);
  const headHeight = random.uniform(33, 38);
  const hairLightness = random.chance(0.2) ? random.uniform(55, 85) : random.uniform(6, 38);
  const background = random.uniform(0, 360);
  const backgroundLightness = random.uniform(15, 90);
  return {
    skin: hsl(hue, saturation, lightness),
    skinShadow: hsl(hue - 4, saturation, lightness - 20),
    lip: hsl(random.uniform(-6, 12), random.uniform(25, 55), lightness - random.uniform(22, 34)),
    hair: hsl(random.uniform(15, 45), random.uniform(5, 50), hairLightness),
    // Darker than the skin, whatever the hair: a brow that cannot be seen expresses nothing.
    brow: hsl(random.uniform(15, 45), random.uniform(5, 40), Math.min(hairLightness, lightness - 32)),
    iris: hsl(random.uniform(20, 220), random.uniform(15, 50), random.uniform(15, 40)),
    background: [
      hsl(background, random.uniform(5, 45), backgroundLightness),
      hsl(background + 30, random.uniform(5, 45), backgroundLightness + random.normal(0, 15)),
    ],
    clothes: hsl(random.uniform(0, 360), random.uniform(10, 60), random.uniform(12, 80)),
    headHeight,
    headWidth: headHeight * random.uniform(...look.slimness),
    jaw: random.uniform(0.55, 0.85),
    eyeGap: random.uniform(11.5, 14.5),
    eyeSize: random.uniform(5.8, 7.2),
    eyeLine: random.uniform(-7, -3),
    browThickness: random.uniform(2.2, 3.8),
    browHeight: random.uniform(7, 9.5),
    noseLength: random.uniform(9, 13),
    noseWidth: random.uniform(3, 5.5),
    mouthLine: random.uniform(17, 20.5),
    mouthWidth: random.uniform(11, 13.5),
    lipThickness: random.uniform(1.6, 2.8),
    fringe: random.pick(['bald', 'short', 'short', 'parted', 'parted', 'bangs', 'curly']),
    longHair: random.chance(look.longHair),
    hat: random.chance(look.hat),
    beard: random.chance(look.beard) ? random.pick(['moustache', 'full', 'stubble']) : 'none',
    glasses: random.chance(look.glasses) ? random.pick(['round', 'square', 'dark-rim']) : 'none',
  };
};
