import { drawFeatures } from './draw-features.ts';
import { drawBehind, drawHair, drawHead } from './draw-head.ts';
import { drawMuscles, type Expression } from './expressions.ts';
import { drawIdentity } from './identity.ts';
import type { Look } from './looks.ts';
import type { DemoRandom } from './random.ts';
import { svg } from './svg.ts';

/** Markup of one 100 × 100 drawing; `id` is unique in the sheet it is drawn on. */
export type Drawing = (id: string) => string;

/** A wall of two colours, and light that falls from one side over all that is drawn. */
export const inScene = (
  random: DemoRandom,
  look: Look,
  background: readonly [string, string],
  content: string,
): Drawing => {
  const angle = random.uniform(0, 360);
  const shade = random.uniform(0, look.shade);
  return (
    id,
  ) => svg`<defs><linearGradient id="${id}b" x2="0" y2="1"><stop stop-color="${background[0]}"/><stop offset="1" stop-color="${background[1]}"/></linearGradient>
    <linearGradient id="${id}s" gradientTransform="rotate(${angle},0.5,0.5)"><stop stop-color="#fff" stop-opacity="${0.4 * shade}"/><stop offset="0.4" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="${shade}"/></linearGradient></defs>
    <rect width="100" height="100" fill="url(#${id}b)"/>${content}<rect width="100" height="100" fill="url(#${id}s)"/>`;
};

/** Where the camera stands: tilt, position and size. */
export const inFrame = (random: DemoRandom, look: Look, content: string): string => {
  const zoom = 1.25 + random.normal(0, look.zoom / 100);
  const [x, y] = [random.normal(0, look.shift), random.normal(0, look.shift)];
  return svg`<g transform="translate(${50 + x},${50 + y}) rotate(${random.normal(0, look.tilt)}) scale(${zoom}) translate(-50,-50)">${content}</g>`;
};

/** A face of somebody from the look, with the expression. */
export const drawFace = (random: DemoRandom, look: Look, expression: Expression): Drawing => {
  const who = drawIdentity(random, look);
  const intensity = Math.max(0.3, Math.min(1.5, random.normal(...look.intensity)));
  const muscles = drawMuscles(random, expression, intensity);
  const turn = random.normal(0, look.turn);
  const mirrored = random.chance(0.5);
  const frame = (content: string): string => inFrame(random, look, content);
  // Clip paths need an id that is known only when the sheet is drawn; a marker stands in for it until then.
  const marked = frame(
    svg`${drawBehind(who)}${drawHead(who)}${drawFeatures(who, muscles, turn, '@@')}${drawHair(who)}`,
  );
  const content = mirrored ? svg`<g transform="translate(100,0) scale(-1,1)">${marked}</g>` : marked;
  const scene = inScene(random, look, who.background, content);
  return (id) => scene(id).replaceAll('@@', id);
};
