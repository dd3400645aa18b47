import type { Random } from '../../../core/tensor/random.ts';
import {
  type Camera,
  clip,
  coverage,
  type Field,
  fractalNoise,
  hash,
  mix,
  paint,
  photograph,
  placed,
} from './canvas.ts';
import type { Drawing } from './drawing.ts';

const SIDE = 48;
const CAMERA: Camera = { light: 0.5, contrast: [0.35, 1], noise: 0.14, blur: 0.8 };

/** Period of a texture in halves of the image: range. */
const PERIOD = [0.18, 0.5] as const;

/** Ways to fill the plane, one motif a unit: brightness from 0 to 1. */
const MOTIFS: Readonly<Record<string, (random: Random) => Field>> = {
  stripes: (random) => {
    const width = random.uniform(0.35, 0.65);
    return (x) => coverage(width / 2 - Math.abs(fraction(x) - 0.5), 0.15);
  },
  waves: (random) => {
    const [width, height, length] = [random.uniform(0.35, 0.65), random.uniform(0.15, 0.5), random.uniform(1, 3)];
    return (x, y) =>
      coverage(width / 2 - Math.abs(fraction(x + height * Math.sin((2 * Math.PI * y) / length)) - 0.5), 0.2);
  },
  wood: (random) => {
    const [bend, stretch] = [fractalNoise(random, 2), random.uniform(2, 5)];
    return (x, y) => fraction(x * 0.8 + 2.2 * bend(x / 3, y / (3 * stretch))) ** 1.5;
  },
  checks: (random) => {
    const stretch = random.uniform(0.7, 1.4);
    return (x, y) => (Math.floor(x) + Math.floor(y * stretch)) & 1;
  },
  bricks: (random) => {
    const [joint, height, shades] = [random.uniform(0.06, 0.14), random.uniform(0.4, 0.6), random.below(2 ** 31)];
    return (x, y) => {
      const row = Math.floor(y / height);
      const shifted = x + 0.5 * (row & 1);
      const inside = Math.min(edge(fraction(shifted)), height * edge(fraction(y / height)));
      return coverage(inside - joint / 2, 0.08) * (0.6 + 0.4 * hash(Math.floor(shifted), row, shades));
    };
  },
  dots: (random) => {
    const [radius, offset] = [random.uniform(0.22, 0.36), random.uniform(0, 0.5)];
    return (x, y) => {
      const row = Math.floor(y);
      return coverage(radius - Math.hypot(fraction(x + offset * row) - 0.5, fraction(y) - 0.5), 0.15);
    };
  },
  pebbles: (random) => {
    const [gap, shades] = [random.uniform(0.08, 0.2), random.below(2 ** 31)];
    return (x, y) => {
      const { first, second, cell } = nearestPoints(x, y, shades);
      return coverage(second - first - gap, 0.15) * (0.45 + 0.55 * cell);
    };
  },
  cells: (random) => {
    const salt = random.below(2 ** 31);
    return (x, y) => clip(nearestPoints(x, y, salt).first * 1.2);
  },
  scales: (random) => {
    const rim = random.uniform(0.12, 0.25);
    return (x, y) => {
      const row = Math.floor(y * 1.6);
      const [across, down] = [fraction(x + 0.5 * (row & 1)) - 0.5, fraction(y * 1.6)];
      const inside = 0.52 - Math.hypot(across, Math.max(0, down - 0.3) * 0.75);
      return mix(0.15, 0.5 + 0.5 * down, coverage(inside - rim / 4, 0.15));
    };
  },
  clouds: (random) => {
    const noise = fractalNoise(random, 4);
    return (x, y) => clip((noise(x * 0.7, y * 0.7) - 0.5) * 2.2 + 0.5);
  },
  marble: (random) => {
    const noise = fractalNoise(random, 3);
    return (x, y) => Math.abs(Math.sin(Math.PI * (x * 0.5 + 2 * noise(x * 0.6, y * 0.6)))) ** 0.6;
  },
  weave: (random) => {
    const width = random.uniform(0.6, 0.85);
    return (x, y) => {
      const over = (Math.floor(x) + Math.floor(y)) & 1;
      const [a, b] = [2 * Math.abs(fraction(x) - 0.5), 2 * Math.abs(fraction(y) - 0.5)];
      const [warp, weft] = [coverage(width - a, 0.2) * (1 - a * 0.7), coverage(width - b, 0.2) * (0.8 - b * 0.6)];
      return over === 1 ? (a < width ? warp : weft) : b < width ? weft : warp;
    };
  },
};

/** Twelve procedural textures of random scale, direction, phase, contrast and light; half of them are easily confused. */
export const TEXTURES: Drawing = {
  name: 'textures',
  classes: Object.keys(MOTIFS),
  side: SIDE,
  draw: (random, label) => {
    const motif = MOTIFS[label]!(random);
    const stains = fractalNoise(random, 2);
    const [dirt, inverted] = [random.uniform(0, 0.5), random.next() < 0.5];
    // The bending keeps a ruler from telling one grid from another.
    const [bend, strength] = [fractalNoise(random, 1), random.uniform(0, 0.7)];
    const texture = placed((x, y) => motif(x + strength * bend(x / 2, y / 2), y + strength * bend(y / 2 + 9, x / 2)), {
      angle: random.uniform(0, 2 * Math.PI),
      scale: random.uniform(...PERIOD),
      x: random.uniform(-9, 9),
      y: random.uniform(-9, 9),
    });
    const canvas = paint(SIDE, (x, y) => {
      const value = texture(x, y);
      return mix(inverted ? 1 - value : value, stains(x * 2 + 5, y * 2 + 5), dirt);
    });
    return photograph(random, canvas, CAMERA);
  },
};

function fraction(x: number): number {
  return x - Math.floor(x);
}

/** Distance to the nearer end of [0, 1]. */
function edge(t: number): number {
  return Math.min(t, 1 - t);
}

/** Distances to the two nearest of points that are strewn one a unit square, and a random number of the nearest one. */
function nearestPoints(x: number, y: number, salt: number): { first: number; second: number; cell: number } {
  let [first, second, cell] = [9, 9, 0];
  const [left, top] = [Math.floor(x), Math.floor(y)];
  for (let j = top - 1; j <= top + 1; j++) {
    for (let i = left - 1; i <= left + 1; i++) {
      const distance = Math.hypot(x - i - hash(i, j, salt), y - j - hash(i, j, salt ^ 0x5bd1e995));
      if (distance < first) [first, second, cell] = [distance, first, hash(i, j, salt ^ 0x1b873593)];
      else if (distance < second) second = distance;
    }
  }
  return { first, second, cell };
}
