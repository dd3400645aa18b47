import type { Estimate } from '../../contracts/results.ts';
import { bytes, hundredths } from '../../text/format.ts';
import { axisFor, place } from './bar-chart.ts';
import { type Html, html } from './html.ts';

/** What is drawn as a point: how large it is, and what it is worth. */
export interface SizedWorth {
  readonly name: string;
  /** CSS class that colours the point. */
  readonly tone: string;
  /** In bytes. */
  readonly size: number;
  readonly worth: Estimate;
}

/**
 * A numbered point each: bytes across on a logarithmic line, accuracy upwards with whiskers for its 95 % interval. Letters are
 * text of the page, so that they keep their size where the chart is narrow.
 */
export const mailedChart = (points: readonly SizedWorth[]): Html => {
  const decades = points.map(({ size }) => Math.log10(size));
  const [from, to] = [Math.floor(Math.min(...decades)), Math.ceil(Math.max(...decades) + 1e-9)];
  const axis = axisFor(points.flatMap(({ worth }) => [worth.low, worth.high]));
  const left = (size: number): string => `${((100 * (Math.log10(size) - from)) / Math.max(to - from, 1)).toFixed(2)}%`;
  const top = (share: number): string => `${(100 - place(axis, share)).toFixed(2)}%`;
  const about = points
    .map(({ name, size, worth }) => `${name}: ${bytes(size)}, ${hundredths(worth.mean)} %`)
    .join('; ');
  const powers = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  return html`<div class="scatter" role="img" aria-label="${about}">
${axis.ticks.map((tick) => html`<b class="grid" style="top:${top(tick)}"><span>${hundredths(tick, 0)} %</span></b>`)}
${powers.map((power) => html`<span class="power" style="left:${left(power)}">${bytes(power)}</span>`)}
${points.map(
  ({ tone, size, worth }, i) =>
    html`<b class="whisker" style="left:${left(size)};top:${top(worth.high)};bottom:calc(100% - ${top(worth.low)})"></b><b class="point ${tone}" style="left:${left(size)};top:${top(worth.mean)}"><span>${i + 1}</span></b>`,
)}
</div>`;
};
