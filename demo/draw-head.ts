import type { Identity } from './identity.ts';
import { svg } from './svg.ts';

/** Middle of the head in the 100 × 100 image. */
export const CENTRE = { x: 50, y: 52 } as const;

const headPath = ({ headWidth: a, headHeight: b, jaw }: Identity): string => {
  const { x, y } = CENTRE;
  const chin = a * jaw;
  return svg`M${x},${y - b} C${x + 0.65 * a},${y - b} ${x + a},${y - 0.7 * b} ${x + a},${y - 0.1 * b}
    C${x + a},${y + 0.4 * b} ${x + chin},${y + b} ${x},${y + b}
    C${x - chin},${y + b} ${x - a},${y + 0.4 * b} ${x - a},${y - 0.1 * b}
    C${x - a},${y - 0.7 * b} ${x - 0.65 * a},${y - b} ${x},${y - b} Z`;
};

/** Everything behind the face: shoulders, neck, long hair and ears. */
export const drawBehind = (who: Identity): string => {
  const { x, y } = CENTRE;
  const { headWidth: a, headHeight: b } = who;
  const long = svg`<path d="M${x - a - 5},${y + b + 4} C${x - a - 9},${y - b} ${x - 8},${y - b - 9} ${x},${y - b - 6}
    C${x + 8},${y - b - 9} ${x + a + 9},${y - b} ${x + a + 5},${y + b + 4} Z" fill="${who.hair}"/>`;
  const ears = [-1, 1].map(
    (side) => svg`<ellipse cx="${x + side * a}" cy="${y - 1}" rx="3.5" ry="6" fill="${who.skinShadow}"/>`,
  );
  return svg`${who.longHair ? long : ''}
    <path d="M8,102 C12,${y + b + 2} 34,${y + b - 2} ${x},${y + b - 2} C66,${y + b - 2} 88,${y + b + 2} 92,102 Z" fill="${who.clothes}"/>
    <rect x="${x - 9}" y="${y + 0.6 * b}" width="18" height="${0.5 * b}" fill="${who.skinShadow}"/>${ears}`;
};

/** The bare head, with a shadow under the chin and a lighter forehead. */
export const drawHead = (who: Identity): string =>
  svg`<path d="${headPath(who)}" fill="${who.skin}" stroke="${who.skinShadow}" stroke-width="0.8"/>`;

const FRINGES: Record<Identity['fringe'], (a: number, top: number, line: number) => string> = {
  bald: () => '',
  short: (a, top, line) =>
    svg`M${-a - 1},${line + 4} C${-a - 2},${top - 7} ${a + 2},${top - 7} ${a + 1},${line + 4} C${a - 3},${line - 7} ${-a + 3},${line - 7} ${-a - 1},${line + 4} Z`,
  parted: (a, top, line) =>
    svg`M${-a - 1},${line + 7} C${-a - 3},${top - 8} ${a + 3},${top - 8} ${a + 1},${line + 7} C${a - 1},${line - 3} ${4},${line - 4} ${-6},${top + 5} C${-a + 5},${line - 5} ${-a + 1},${line} ${-a - 1},${line + 7} Z`,
  bangs: (a, top, line) =>
    svg`M${-a - 2},${line + 9} C${-a - 4},${top - 9} ${a + 4},${top - 9} ${a + 2},${line + 9} C${a - 1},${line + 1} ${a - 4},${line - 1} ${a - 5},${line - 1} L${-a + 5},${line - 1} C${-a + 4},${line - 1} ${-a + 1},${line + 1} ${-a - 2},${line + 9} Z`,
  curly: (a, top, line) =>
    svg`M${-a - 4},${line + 6} C${-a - 11},${line - 8} ${-a},${top - 9} ${-9},${top - 6} C${-4},${top - 13} ${7},${top - 12} ${10},${top - 6} C${a + 2},${top - 8} ${a + 10},${line - 8} ${a + 4},${line + 6} C${a - 2},${line - 6} ${8},${line - 5} ${0},${line - 3} C${-8},${line - 5} ${-a + 2},${line - 6} ${-a - 4},${line + 6} Z`,
};

/** Hair or hat over the forehead. */
export const drawHair = (who: Identity): string => {
  const { headWidth: a, headHeight: b } = who;
  const top = -b;
  const line = who.eyeLine - who.browHeight - 6;
  const hat = svg`<path d="M${-a - 1},${line + 2} C${-a},${top - 13} ${a},${top - 13} ${a + 1},${line + 2} Z" fill="${who.clothes}"/>
    <rect x="${-a - 5}" y="${line - 1}" width="${2 * a + 10}" height="4" rx="2" fill="${who.hair}"/>`;
  const hair = svg`<path d="${FRINGES[who.fringe](a, top, line)}" fill="${who.hair}"/>`;
  return svg`<g transform="translate(${CENTRE.x},${CENTRE.y})">${who.hat ? hat : hair}</g>`;
};
