import { count, duration, hundredths, percent, signedPoints } from '../../core/text/format.ts';
import type { Figure, TaskResult } from './result.ts';
import type { Outcome } from './run-task.ts';

/** The tables of all outcomes as Markdown. A table whose figures no run has is left out. */
export const taskTables = (outcomes: readonly Outcome[]): string => {
  const done = outcomes.filter((outcome) => outcome.kind === 'done');
  const arms = [...new Set(done.flatMap(({ result }) => Object.keys(result.accuracy)))];
  // An arm with a slash is a distilled set or a boost; there are many.
  const nets = arms.filter((arm) => !arm.includes('/'));
  const sets = arms.filter((arm) => arm.includes('/'));
  return [
    mainTable(outcomes, nets),
    armTable('Gain in macro recall, points', done, nets, ({ macroRecallGain }, arm) => gain(macroRecallGain[arm])),
    armTable('Macro recall, %', done, nets, ({ macroRecall }, arm) => level(macroRecall[arm])),
    armTable('Gain of each distilled set, points', done, sets, (result, arm) => gain(result.gain[arm])),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
};

type Done = Extract<Outcome, { kind: 'done' }>;

function mainTable(outcomes: readonly Outcome[], nets: readonly string[]): string {
  const head = [
    'task',
    'classes',
    'labelled a class',
    'pool',
    ...nets,
    'mined',
    'right',
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
      result.verdict ?? '',
      duration(result.jobSeconds),
    ];
  });
  return markdown(head, rows);
}

/** A table of one figure of each arm; empty where no run has it. */
function armTable(
  title: string,
  done: readonly Done[],
  arms: readonly string[],
  cell: (result: TaskResult, arm: string) => string,
): string {
  const rows = done.map(({ task, result }) => [task.name, ...arms.map((arm) => cell(result, arm))]);
  if (!rows.some(([, ...cells]) => cells.some((text) => text !== ''))) return '';
  return `${title}:\n\n${markdown(['task', ...arms], rows)}`;
}

/** `45.3 (+4.2 ± 0.5)`; the arm that the others gain over has no gain. */
function armCell({ accuracy, gain: gains }: TaskResult, arm: string): string {
  const gained = arm === 'primitive' ? '' : gain(gains[arm]);
  return gained === '' ? level(accuracy[arm]) : `${level(accuracy[arm])} (${gained})`;
}

function level(figure: Figure | undefined): string {
  return figure === undefined ? '' : hundredths(figure.mean);
}

/** With its interval, or with its deviation over seeds where a run has no interval. */
function gain(figure: Figure | undefined): string {
  if (figure === undefined) return '';
  const { mean, low, high, std, values } = figure;
  if (low !== undefined && high !== undefined) {
    return `${signedPoints(mean)}, ${signedPoints(low)} to ${signedPoints(high)}`;
  }
  return std === undefined || values?.length === 1 ? signedPoints(mean) : `${signedPoints(mean)} ± ${hundredths(std)}`;
}

/** Short rows are filled up with empty cells. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${head.map((_, i) => (cells[i] ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
