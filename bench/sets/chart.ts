import type { Estimate } from '../../core/contracts/results.ts';
import { bytes, count, hundredths } from '../../core/text/format.ts';
import { BANK_LABELS, type BankLabels, type Row } from './rows.ts';
import type { Measured } from './tables.ts';

/** Something beside the sets that could be sent. */
export interface Sent {
  readonly name: string;
  readonly bytes: number;
  readonly accuracy: Estimate;
}

interface Series {
  readonly name: string;
  /** With what tells a point from its neighbours: images per class, or views. */
  readonly points: readonly (Pick<Sent, 'bytes' | 'accuracy'> & { readonly note?: string })[];
}

const [WIDTH, HEIGHT] = [760, 420];
const MARGIN = { left: 60, right: 210, top: 20, bottom: 50 } as const;
// Told apart by people who see red and green alike (Okabe and Ito), on white and on black.
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#888888'] as const;

/** Accuracy against bytes on a logarithmic line: a line for each kind of images and labels, and one for shorter banks of the same images. */
export const chartOf = (all: readonly Measured[], net: Sent | undefined): string => {
  const series: Series[] = [...seriesOf(all), ...(net === undefined ? [] : [{ name: net.name, points: [net] }])];
  const points = series.flatMap((one) => one.points);
  const [from, to] = [
    Math.floor(Math.log10(Math.min(...points.map((point) => point.bytes)))),
    Math.ceil(Math.log10(Math.max(...points.map((point) => point.bytes)))),
  ];
  const low = Math.floor(20 * Math.min(...points.map(({ accuracy }) => accuracy.low))) / 20;
  const high = Math.ceil(20 * Math.max(...points.map(({ accuracy }) => accuracy.high))) / 20;
  const x = (size: number): number =>
    MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * (Math.log10(size) - from)) / (to - from);
  const y = (share: number): number =>
    MARGIN.top + ((HEIGHT - MARGIN.top - MARGIN.bottom) * (high - share)) / (high - low);
  const text = (at: readonly [number, number], words: string, anchor = 'middle'): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const steps = Array.from({ length: Math.round((high - low) / 0.05) + 1 }, (_, i) => low + 0.05 * i);
  const grid = steps.map(
    (share) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share).toFixed(1)}" y2="${y(share).toFixed(1)}"/>${text([MARGIN.left - 8, y(share) + 4], `${hundredths(share, 0)} %`, 'end')}`,
  );
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const axis = decades.map((size) => text([x(size), HEIGHT - MARGIN.bottom + 20], bytes(size)));
  const lines = series.map(({ name, points: own }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const path = own.map((point) => `${x(point.bytes).toFixed(1)},${y(point.accuracy.mean).toFixed(1)}`).join(' ');
    const marks = own.map(({ bytes: size, accuracy, note = '' }) => {
      const across = x(size).toFixed(1);
      return `<line x1="${across}" x2="${across}" y1="${y(accuracy.low).toFixed(1)}" y2="${y(accuracy.high).toFixed(1)}"/><circle cx="${across}" cy="${y(accuracy.mean).toFixed(1)}" r="4" fill="${colour}"/><g fill="${colour}">${text([x(size) + 7, y(accuracy.mean) + 4], note, 'start')}</g>`;
    });
    const label = text([WIDTH - MARGIN.right + 12, MARGIN.top + 12 + 20 * i], `● ${name}`, 'start');
    return `<g stroke="${colour}" fill="none"><polyline points="${path}"/>${marks.join('')}</g><g fill="${colour}">${label}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="Accuracy against bytes sent">
<style>text{fill:#777}g text{fill:inherit;stroke:none}.grid{stroke:#8884}</style>
${grid.join('\n')}
${axis.join('\n')}
${text([(MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 8], 'bytes sent: images as PNG and labels')}
${lines.join('\n')}
</svg>
`;
};

function seriesOf(all: readonly Measured[]): Series[] {
  const longest = (row: Row): number =>
    Math.max(...all.filter((one) => imagesOf(one.row) === imagesOf(row)).map((one) => one.row.views));
  const named = all.map((one) => ({ ...one, isCut: one.row.views < longest(one.row), name: '' }));
  for (const one of named) one.name = one.isCut ? `${imagesOf(one.row)} · fewer views` : kindOf(one.row);
  return [...new Set(named.map(({ name }) => name))].map((name) => ({
    name,
    points: named
      .filter((one) => one.name === name)
      .map(({ bytes: size, accuracy, row, isCut }) => ({
        bytes: size,
        accuracy,
        note: isCut ? count(row.views) : `${row.ipc}`,
      })),
  }));
}

function imagesOf({ method, ipc, labels }: Row): string {
  return isOfBank(labels) ? `${method}, ${ipc}` : `${method}, ${ipc}, ${labels}`;
}

function kindOf({ method, labels }: Row): string {
  if (!isOfBank(labels)) return `${method} · ${labels === 'fixed' ? 'one label an image' : 'classes'}`;
  return `${method} · ${{ bank: 'label bank', 'top-2': 'top 2', '4-bit': '4 bits', class: 'classes of views' }[labels]}`;
}

function isOfBank(labels: Row['labels']): labels is BankLabels {
  return (BANK_LABELS as readonly string[]).includes(labels);
}
