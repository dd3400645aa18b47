import type { LiveCurve } from '../core/contracts/live-status.ts';

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT] = [100, 40];

/** The losses of a run's nets, a small picture a role, as the report shows them. */
export const showCurves = (place: HTMLElement, curves: readonly LiveCurve[]): void => {
  const drawn = curves.filter(({ points }) => points.length > 1);
  place.hidden = drawn.length === 0;
  const most = Math.max(...drawn.flatMap(({ points }) => points.map(({ loss }) => loss)));
  place.querySelector('.curves')!.replaceChildren(...drawn.map((curve) => figureOf(curve, most)));
};

function figureOf({ role, points }: LiveCurve, most: number): HTMLElement {
  const [first, last] = [points[0]!, points.at(-1)!];
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute(
    'aria-label',
    `Loss of ${role}: ${first.loss.toFixed(2)} at step ${first.step}, ${last.loss.toFixed(2)} at step ${last.step}`,
  );
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute(
    'points',
    points.map(({ step, loss }) => `${(WIDTH * step) / last.step},${HEIGHT * (1 - loss / most)}`).join(' '),
  );
  svg.append(line);
  const caption = document.createElement('figcaption');
  caption.textContent = role;
  const ends = document.createElement('div');
  ends.className = 'ends';
  ends.append(...[`step ${first.step}`, last.loss.toFixed(2), String(last.step)].map(span));
  const figure = document.createElement('figure');
  figure.append(caption, svg, ends);
  return figure;
}

function span(text: string): HTMLElement {
  const element = document.createElement('span');
  element.textContent = text;
  return element;
}
