import { type Drawing, inFrame, inScene } from './draw-face.ts';
import type { Look } from './looks.ts';
import type { DemoRandom } from './random.ts';
import { svg } from './svg.ts';

const colour = (random: DemoRandom): string =>
  `hsl(${random.uniform(0, 360).toFixed(0)},${random.uniform(5, 70).toFixed(0)}%,${random.uniform(15, 85).toFixed(0)}%)`;

/** A clock: round like a head, with marks and hands. */
const clock = (random: DemoRandom): string => {
  const marks = Array.from({ length: 12 }, (_, hour) => {
    return svg`<path d="M50,${22}v5" stroke="#222" stroke-width="1.5" transform="rotate(${hour * 30},50,52)"/>`;
  });
  const hand = (length: number): string =>
    svg`<path d="M50,52v${-length}" stroke="#111" stroke-width="2.4" transform="rotate(${random.uniform(0, 360)},50,52)"/>`;
  return svg`<circle cx="50" cy="52" r="34" fill="${colour(random)}"/><circle cx="50" cy="52" r="31" fill="#eee"/>${marks}${hand(16)}${hand(24)}`;
};

/** A wall socket: two eyes and a mouth to anyone who looks for a face. */
const socket = (random: DemoRandom): string => {
  const gap = random.uniform(9, 14);
  const dark = colour(random);
  return svg`<rect x="18" y="16" width="64" height="70" rx="8" fill="${colour(random)}"/>
    <rect x="${50 - gap - 3}" y="38" width="6" height="13" fill="${dark}"/><rect x="${50 + gap - 3}" y="38" width="6" height="13" fill="${dark}"/>
    <path d="M43,68a7,${random.uniform(4, 9)} 0 1 1 14,0z" fill="${dark}"/>`;
};

/** A cartoon cat: eyes, nose and mouth, but nobody's. */
const cat = (random: DemoRandom): string => {
  const fur = colour(random);
  const ears = [-1, 1].map(
    (side) => svg`<path d="M${50 + side * 33},14 L${50 + side * 30},48 L${50 + side * 8},30 Z" fill="${fur}"/>`,
  );
  const eyes = [-1, 1].map(
    (side) =>
      svg`<circle cx="${50 + side * 13}" cy="48" r="6.5" fill="#e9e27a"/><ellipse cx="${50 + side * 13}" cy="48" rx="1.8" ry="5.5" fill="#111"/>`,
  );
  const whiskers = [-4, 0, 4].map((y) => svg`M38,${64 + y / 2} L14,${62 + y} M62,${64 + y / 2} L86,${62 + y}`);
  return svg`${ears}<ellipse cx="50" cy="55" rx="34" ry="30" fill="${fur}"/>${eyes}<path d="M46,60h8l-4,5z" fill="#a55"/>
    <path d="M50,65Q44,74 38,68M50,65Q56,74 62,68 ${whiskers}" fill="none" stroke="#222" stroke-width="1.4"/>`;
};

/** Soft shapes that mean nothing. */
const blobs = (random: DemoRandom): string => {
  const shapes = Array.from({ length: 9 }, () => {
    const [x, y] = [random.uniform(10, 90), random.uniform(10, 90)];
    return svg`<ellipse cx="${x}" cy="${y}" rx="${random.uniform(5, 28)}" ry="${random.uniform(5, 28)}" fill="${colour(random)}" fill-opacity="0.7"/>`;
  });
  return svg`${shapes}`;
};

/** The front of a car: two lamps and a grille. */
const car = (random: DemoRandom): string => {
  const paint = colour(random);
  const lamps = [-1, 1].map((side) => svg`<circle cx="${50 + side * 26}" cy="56" r="7" fill="#f6f3d0" stroke="#333"/>`);
  return svg`<path d="M24,38 L34,18 H66 L76,38 Z" fill="#9ab"/><rect x="12" y="38" width="76" height="40" rx="8" fill="${paint}"/>${lamps}
    <rect x="34" y="${random.uniform(58, 64)}" width="32" height="10" rx="3" fill="#222"/><rect x="16" y="78" width="14" height="10" fill="#111"/><rect x="70" y="78" width="14" height="10" fill="#111"/>`;
};

/** Things that a careless detector takes for a face. */
export const DISTRACTORS = { clock, socket, cat, blobs, car } as const;

/** A drawing without a human face, in the same scene and frame as the look's faces. */
export const drawDistractor = (random: DemoRandom, look: Look): Drawing => {
  const draw = random.pick(Object.values(DISTRACTORS));
  return inScene(random, look, [colour(random), colour(random)], inFrame(random, look, draw(random)));
};
