import { type Html, html } from './html.ts';

/** The range of a chart and the values that get a grid line, in the unit of what is shown. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10] as const;
const WANTED_TICKS = 4;

/** A readable axis from round values that holds zero and every given value: bars without zero would exaggerate. */
export const axisFor = (values: readonly number[]): Axis => {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const rough = (most - least || 1) / WANTED_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((candidate) => candidate * power >= rough)!;
  const from = Math.floor(least / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step);
  return { low: from * step, high: to * step, ticks };
};

/** Where a value stands on the axis, in percent of its length. */
export const place = ({ low, high }: Axis, value: number): number => (100 * (value - low)) / (high - low);

export interface BarOptions {
  readonly value: number;
  /** Ends of the error bar; none is drawn where it has no length. */
  readonly low: number;
  readonly high: number;
  /** CSS class that colours the bar. */
  readonly tone: string;
  /** What a screen reader says. */
  readonly about: string;
}

/** One horizontal bar from zero with its error bar. It stretches to any width; strokes keep theirs. */
export const barHtml = (axis: Axis, { value, low, high, tone, about }: BarOptions): Html => {
  const zero = place(axis, 0);
  const end = place(axis, value);
  const left = place(axis, low);
  const right = place(axis, high);
  const line = (x: number, top: number, bottom: number, kind: string): Html =>
    html`<line class="${kind}" x1="${fixed(x)}" x2="${fixed(x)}" y1="${top}" y2="${bottom}"/>`;
  return html`<svg class="bar" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="${about}">
${axis.ticks.map((tick) => line(place(axis, tick), 0, 20, tick === 0 ? 'zero' : 'grid'))}
<rect class="${tone}" x="${fixed(Math.min(zero, end))}" y="4" width="${fixed(Math.abs(end - zero))}" height="12"/>
${
  high > low &&
  html`<line class="error" x1="${fixed(left)}" x2="${fixed(right)}" y1="10" y2="10"/>${line(left, 7, 13, 'error')}${line(right, 7, 13, 'error')}`
}
</svg>`;
};

/** Values that have room beside each other above a narrow chart. */
const MOST_VALUES = 5;

/** The axis' values at their places, to stand above the bars: of many every other one, zero always. */
export const axisHtml = (axis: Axis, format: (value: number) => string): Html => {
  const { ticks } = axis;
  const zero = ticks.findIndex((tick) => Math.abs(tick) < 1e-12);
  const shown = ticks.length <= MOST_VALUES ? ticks : ticks.filter((_, i) => (i - zero) % 2 === 0);
  return html`<div class="axis">${shown.map((tick) => html`<span style="left:${fixed(place(axis, tick))}%">${format(tick)}</span>`)}</div>`;
};

function fixed(value: number): string {
  return value.toFixed(2);
}
