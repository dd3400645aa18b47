import { count, duration, hundredths, percent, signedPoints } from '../../core/text/format.ts';
import type { Figure, TaskResult } from './result.ts';
import type { Outcome } from './run-task.ts';

/** What all gains are gains over. */
const BASE = 'primitive';

/** The tables of all outcomes as Markdown. A table whose figures no run has is left out. */
export const taskTables = (outcomes: readonly Outcome[]): string => {
  const done = outcomes.filter((outcome) => outcome.kind === 'done');
  const arms = [...new Set(done.flatMap(({ result }) => Object.keys(result.accuracy)))];
  const nets = arms.filter((arm) => !ofSet(arm));
  const sets = arms.filter(ofSet);
  return [
    mainTable(outcomes, nets),
    figureTable('Above its control, points', done, pairsOf(done), (result, pair) => {
      const [arm = '', reference = ''] = pair.split(MINUS);
      return difference(result.comparisons[arm]?.[reference]);
    }),
    figureTable('Macro recall, %', done, nets, ({ macroRecall }, arm) => level(macroRecall[arm])),
    figureTable('Gain in macro recall, points', done, nets, ({ comparisons }, arm) =>
      difference(comparisons[arm]?.[BASE]?.macroRecall),
    ),
    figureTable('Gain of each distilled set, points', done, sets, ({ comparisons }, arm) =>
      difference(comparisons[arm]?.[BASE]),
    ),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
};

type Done = Extract<Outcome, { kind: 'done' }>;

const MINUS = ' − ';

/** `omni − control`: nets that runs compared with another one than the primitive. */
function pairsOf(done: readonly Done[]): string[] {
  const pairs = done.flatMap(({ result }) =>
    Object.entries(result.comparisons).flatMap(([arm, others]) =>
      Object.keys(others).flatMap((other) =>
        other === BASE || ofSet(arm) || ofSet(other) ? [] : [`${arm}${MINUS}${other}`],
      ),
    ),
  );
  return [...new Set(pairs)];
}

/** Arms with a slash are boosts and distilled sets; there are many. */
function ofSet(arm: string): boolean {
  return arm.includes('/');
}

function mainTable(outcomes: readonly Outcome[], nets: readonly string[]): string {
  const head = [
    'task',
    'classes',
    'labelled a class',
    'pool',
    ...nets,
    'mined',
    'right',
    'domain gap, AUC',
    'verdict',
    'time of all jobs',
  ];
  const rows = outcomes.map((outcome) => {
    const { task, kind } = outcome;
    if (kind === 'skipped') return [task.name, `skipped: ${outcome.because}`];
    const [fewest, most] = outcome.labelled;
    const labelled = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
    if (kind === 'refused') return [task.name, '', labelled, `ended with ${outcome.exitCode}: ${outcome.because}`];
    const { result } = outcome;
    return [
      task.name,
      count(result.classes),
      labelled,
      count(result.pool),
      ...nets.map((arm) => armCell(result, arm)),
      percent(result.mined / Math.max(1, result.pool), 0),
      result.precision === undefined ? '' : percent(result.precision),
      result.domainGap?.toFixed(2) ?? '',
      result.verdict,
      duration(result.jobSeconds),
    ];
  });
  return markdown(head, rows);
}

/** A table of a figure for each name; empty where no run has any. */
function figureTable(
  title: string,
  done: readonly Done[],
  names: readonly string[],
  cell: (result: TaskResult, name: string) => string,
): string {
  const rows = done.map(({ task, result }) => [task.name, ...names.map((name) => cell(result, name))]);
  if (!rows.some(([, ...cells]) => cells.some((text) => text !== ''))) return '';
  return `${title}:\n\n${markdown(['task', ...names], rows)}`;
}

/** `45.3 (+4.2, +3.1 to +5.3)`; what the gain is over has none. */
function armCell({ accuracy, comparisons }: TaskResult, arm: string): string {
  const gain = difference(comparisons[arm]?.[BASE]);
  return gain === '' ? level(accuracy[arm]) : `${level(accuracy[arm])} (${gain})`;
}

function level(figure: Figure | undefined): string {
  return figure === undefined ? '' : hundredths(figure.mean);
}

/** With its interval. */
function difference(figure: Figure | undefined): string {
  if (figure === undefined) return '';
  return `${signedPoints(figure.mean)}, ${signedPoints(figure.low)} to ${signedPoints(figure.high)}`;
}

/** Short rows are filled up with empty cells. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${head.map((_, i) => (cells[i] ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
