import { type Pose, quadruped } from './quadruped.ts';
import { away, chain, DOWN, ellipse, limb, type Point } from './shapes.ts';

const bird: Pose = (random) => {
  const tilt = -0.3 + 0.3 * random.normal();
  const head = away([0, 0], tilt, random.uniform(0.55, 0.7));
  const size = random.uniform(0.17, 0.25);
  const wing = random.uniform(0.5, 0.9);
  const beat = random.uniform(-2.4, -0.9);
  const shapes = [
    ellipse(0, 0, random.uniform(0.45, 0.55), random.uniform(0.24, 0.34), tilt),
    ellipse(...head, size, size),
    limb(head, away(head, tilt + 0.2 * random.normal(), size + random.uniform(0.12, 0.3)), size * 0.4, 0.03),
    limb([-0.35, 0.1], away([-0.35, 0.1], Math.PI + tilt, random.uniform(0.35, 0.6)), 0.14, 0.2),
  ];
  if (random.next() < 0.5) shapes.push(limb([0, -0.1], away([0, -0.1], beat, wing), 0.2, 0.08));
  for (const x of [-0.08, 0.1]) shapes.push(limb([x, 0.2], away([x, 0.2], DOWN + 0.2 * random.normal(), 0.45), 0.04));
  return shapes;
};

const fish: Pose = (random) => {
  const [length, height] = [random.uniform(0.6, 0.8), random.uniform(0.22, 0.42)];
  const swing = 0.3 * random.normal();
  const root: Point = [-length * 0.85, 0];
  const fin = random.uniform(0.3, 0.5);
  return [
    ellipse(0, 0, length, height),
    limb(root, away(root, Math.PI + swing - 0.6, fin), 0.08, 0.12),
    limb(root, away(root, Math.PI + swing + 0.6, fin), 0.08, 0.12),
    limb([0.1, -height * 0.8], [-0.2, -height - random.uniform(0.1, 0.3)], 0.12, 0.05),
    limb([0.1, height * 0.7], [-0.15, height + random.uniform(0.05, 0.25)], 0.1, 0.04),
  ];
};

const snake: Pose = (random) => {
  const [waves, height, phase] = [random.uniform(0.8, 1.8), random.uniform(0.15, 0.4), random.uniform(0, 6)];
  const points = Array.from({ length: 14 }, (_, i): Point => {
    const t = i / 13;
    return [1 - 2 * t, height * Math.sin(phase + 2 * Math.PI * waves * t)];
  });
  return [ellipse(...points[0]!, 0.17, 0.13), ...chain(points, random.uniform(0.1, 0.15), 0.04)];
};

const spider: Pose = (random) => {
  const shapes = [ellipse(-0.25, 0, random.uniform(0.28, 0.4), random.uniform(0.25, 0.34)), ellipse(0.2, 0, 0.2, 0.17)];
  for (const side of [-1, 1]) {
    for (const lean of [-0.75, -0.25, 0.25, 0.75]) {
      const hip: Point = [0.15 + 0.12 * lean, side * 0.08];
      const knee = away(hip, side * DOWN - side * (lean + 0.12 * random.normal()), random.uniform(0.4, 0.55));
      const foot = away(knee, side * DOWN - side * (1.5 * lean + 0.2 * random.normal()), random.uniform(0.35, 0.5));
      shapes.push(...chain([hip, knee, foot], 0.055, 0.03));
    }
  }
  return shapes;
};

/** The animals by name. The ranges of those on four legs overlap: no single measure tells them. */
export const CREATURES: Readonly<Record<string, Pose>> = {
  cat: quadruped({
    body: [0.2, 0.29],
    leg: [0.35, 0.5],
    legWidth: [0.06, 0.09],
    neck: [0.2, 0.35],
    rise: [0.4, 1],
    head: [0.19, 0.24],
    muzzle: [0, 0.06],
    ear: [0.1, 0.18],
    tail: [0.6, 0.9],
    tailRise: [0.3, 1.3],
  }),
  dog: quadruped({
    body: [0.2, 0.3],
    leg: [0.4, 0.6],
    legWidth: [0.06, 0.1],
    neck: [0.25, 0.42],
    rise: [0.5, 1.1],
    head: [0.16, 0.22],
    muzzle: [0.08, 0.22],
    ear: [0.08, 0.22],
    tail: [0.35, 0.65],
    tailRise: [-0.2, 1],
  }),
  horse: quadruped({
    body: [0.22, 0.31],
    leg: [0.65, 0.85],
    legWidth: [0.05, 0.09],
    neck: [0.45, 0.65],
    rise: [0.6, 1.1],
    head: [0.14, 0.19],
    muzzle: [0.18, 0.32],
    ear: [0.06, 0.12],
    tail: [0.5, 0.75],
    tailRise: [-1.2, -0.5],
  }),
  elephant: quadruped({
    body: [0.36, 0.46],
    leg: [0.45, 0.65],
    legWidth: [0.11, 0.15],
    neck: [0.25, 0.4],
    rise: [0, 0.5],
    head: [0.24, 0.32],
    muzzle: [0, 0.05],
    ear: [0, 0.1],
    tail: [0.3, 0.5],
    tailRise: [-1.2, -0.3],
    trunk: [0.5, 0.9],
  }),
  giraffe: quadruped({
    body: [0.2, 0.28],
    leg: [0.7, 0.95],
    legWidth: [0.05, 0.08],
    neck: [0.7, 1.05],
    rise: [0.8, 1.3],
    head: [0.12, 0.17],
    muzzle: [0.1, 0.22],
    ear: [0.05, 0.12],
    tail: [0.3, 0.55],
    tailRise: [-1.2, -0.4],
  }),
  rabbit: quadruped({
    body: [0.28, 0.38],
    leg: [0.2, 0.36],
    legWidth: [0.07, 0.12],
    neck: [0.2, 0.35],
    rise: [0.4, 1],
    head: [0.18, 0.24],
    muzzle: [0, 0.08],
    ear: [0.28, 0.5],
    tail: [0.08, 0.16],
    tailRise: [-0.2, 0.8],
  }),
  bird,
  fish,
  snake,
  spider,
};
