import { CENTRE } from './draw-head.ts';
import type { Muscles } from './expressions.ts';
import type { Identity } from './identity.ts';
import { svg } from './svg.ts';

const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value));

const eye = (who: Identity, muscles: Muscles, side: -1 | 1, id: string): string => {
  const width = who.eyeSize;
  const open = clamp(muscles.eyeOpen, 0.12, 1.7) * who.eyeSize * 0.55;
  const x = side * who.eyeGap;
  const inner = -side * width;
  const lens = svg`M${x + inner},${who.eyeLine} Q${x},${who.eyeLine - 2 * open} ${x - inner},${who.eyeLine + muscles.eyeSlant}
    Q${x},${who.eyeLine + 1.5 * open} ${x + inner},${who.eyeLine} Z`;
  const lid = svg`M${x + inner},${who.eyeLine} Q${x},${who.eyeLine - 2 * open} ${x - inner},${who.eyeLine + muscles.eyeSlant}`;
  return svg`<clipPath id="${id}"><path d="${lens}"/></clipPath><path d="${lens}" fill="#f4f1ec"/>
    <g clip-path="url(#${id})"><circle cx="${x}" cy="${who.eyeLine - 0.2}" r="${0.48 * width}" fill="${who.iris}"/>
    <circle cx="${x}" cy="${who.eyeLine - 0.2}" r="${0.24 * width}" fill="#111"/></g>
    <path d="${lid}" fill="none" stroke="#2a1d18" stroke-width="1.1"/>`;
};

const brow = (who: Identity, muscles: Muscles, side: -1 | 1): string => {
  const line = who.eyeLine - who.browHeight;
  const inner = { x: side * (who.eyeGap - who.eyeSize - muscles.browPinch), y: line - muscles.browInner };
  const outer = { x: side * (who.eyeGap + who.eyeSize + 1.5), y: line + 1 - muscles.browOuter };
  const arch = { x: side * (who.eyeGap + 1.5), y: (inner.y + outer.y) / 2 - 2.4 };
  return svg`<path d="M${inner.x},${inner.y} Q${arch.x},${arch.y} ${outer.x},${outer.y}" fill="none"
    stroke="${who.brow}" stroke-width="${who.browThickness}" stroke-linecap="round"/>`;
};

const nose = (who: Identity, muscles: Muscles): string => {
  const tip = who.eyeLine + who.noseLength;
  const folds = clamp(muscles.folds, 0, 1);
  const cheek = [-1, 1].map(
    (side) =>
      svg`M${side * (who.noseWidth + 1)},${tip - 2} Q${side * (who.noseWidth + 5)},${tip + 2} ${side * (who.mouthWidth + 1.5)},${who.mouthLine - 1}`,
  );
  const bridge = [-1.6, 0, 1.6].map((x) => svg`M${x},${who.eyeLine - 5} L${x * 1.2},${who.eyeLine - 1}`);
  return svg`<path d="M${-0.4 * who.noseWidth},${who.eyeLine + 2} Q${-who.noseWidth},${tip} ${-0.6 * who.noseWidth},${tip + 0.5}
    Q0,${tip + 2.2} ${0.9 * who.noseWidth},${tip - 0.2}" fill="none" stroke="${who.skinShadow}" stroke-width="1.4" stroke-linecap="round"/>
    <path d="${cheek} ${bridge}" fill="none" stroke="${who.skinShadow}" stroke-width="1.2" stroke-opacity="${folds}"/>`;
};

const mouth = (who: Identity, muscles: Muscles): string => {
  const half = who.mouthWidth * clamp(muscles.mouthWidth, 0.4, 1.5);
  const open = Math.max(0, muscles.mouthOpen);
  const corner = who.mouthLine - 0.6 * muscles.mouthCurve;
  const top = who.mouthLine + 0.9 * muscles.mouthCurve - 0.7 * open - 1.2 * Math.max(0, muscles.lipRaise);
  const bottom = who.mouthLine + 0.9 * muscles.mouthCurve + 1.6 * open + 0.2 * muscles.lipRaise;
  const upper = svg`M${-half},${corner} Q0,${top} ${half},${corner}`;
  const teeth = top + clamp(muscles.teeth, 0, 1) * (bottom - top) * 0.6;
  const inside = open + muscles.lipRaise > 1.2;
  return svg`${inside ? svg`<path d="${upper} Q0,${bottom} ${-half},${corner} Z" fill="#3a1214"/>` : ''}
    ${inside && muscles.teeth > 0.25 ? svg`<path d="${upper} Q0,${teeth} ${-half},${corner} Z" fill="#f2efe6"/>` : ''}
    <path d="${upper} Q0,${bottom} ${-half},${corner} Z" fill="none" stroke="${who.lip}" stroke-width="${who.lipThickness}" stroke-linejoin="round"/>`;
};

const BEARDS: Record<Identity['beard'], (who: Identity) => string> = {
  none: () => '',
  moustache: (who) =>
    svg`<path d="M${-who.mouthWidth},${who.mouthLine - 2} Q0,${who.mouthLine - 7} ${who.mouthWidth},${who.mouthLine - 2} Q0,${who.mouthLine - 3.5} ${-who.mouthWidth},${who.mouthLine - 2} Z" fill="${who.hair}"/>`,
  stubble: (who) => svg`<path d="${beardPath(who)}" fill="${who.hair}" fill-opacity="0.3"/>`,
  full: (who) => svg`<path d="${beardPath(who)}" fill="${who.hair}" fill-opacity="0.9"/>`,
};

const beardPath = ({ headWidth: a, headHeight: b, jaw, mouthLine }: Identity): string =>
  svg`M${-a},${0.05 * b} C${-a},${0.5 * b} ${-a * jaw},${b} 0,${b} C${a * jaw},${b} ${a},${0.5 * b} ${a},${0.05 * b}
    C${0.8 * a},${mouthLine - 3} ${0.5 * a},${mouthLine - 5} 0,${mouthLine - 5} C${-0.5 * a},${mouthLine - 5} ${-0.8 * a},${mouthLine - 3} ${-a},${0.05 * b} Z`;

const glasses = (who: Identity): string => {
  if (who.glasses === 'none') return '';
  const r = who.eyeSize + 2;
  const [stroke, width] = who.glasses === 'dark-rim' ? ['#111', 1.8] : ['#5a5048', 1];
  const corner = who.glasses === 'round' ? r : 2;
  const lenses = [-1, 1].map(
    (side) =>
      svg`<rect x="${side * who.eyeGap - r}" y="${who.eyeLine - 0.9 * r}" width="${2 * r}" height="${1.8 * r}" rx="${corner}"
        fill="#fff" fill-opacity="0.08" stroke="${stroke}" stroke-width="${width}"/>`,
  );
  return svg`${lenses}<path d="M${-who.eyeGap + r},${who.eyeLine} Q0,${who.eyeLine - 2} ${who.eyeGap - r},${who.eyeLine}" fill="none" stroke="${stroke}" stroke-width="${width}"/>`;
};

/**
 * Brows, eyes, nose, mouth, beard and glasses.
 * @param turn - how far the head is turned to the side, in hundredths of the image's width
 * @param id - unique in the sheet; clip paths are referred to by it
 */
export const drawFeatures = (who: Identity, muscles: Muscles, turn: number, id: string): string =>
  svg`<g transform="translate(${CENTRE.x + turn},${CENTRE.y})">${BEARDS[who.beard](who)}${nose(who, muscles)}
    ${mouth(who, muscles)}${eye(who, muscles, -1, `${id}l`)}${eye(who, muscles, 1, `${id}r`)}
    ${brow(who, muscles, -1)}${brow(who, muscles, 1)}${glasses(who)}</g>`;
