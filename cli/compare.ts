import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Verdict } from '../core/contracts/results.ts';
import { type ComparedBenchmark, type ComparedRuns, compareRuns } from '../core/publish/compare/compare-runs.ts';
import { comparisonPage } from '../core/publish/compare/comparison-page.ts';
import type { Difference } from '../core/publish/compare/differences.ts';
import { openRun } from '../core/publish/compare/open-run.ts';
import { leftSentences, letterOf, pairingSentences, runLine } from '../core/publish/compare/words.ts';
import { fileError } from '../core/store/file-errors.ts';
import { hundredths, signedPoints, table } from '../core/text/format.ts';
import { print } from './terminal.ts';
import { toUri } from './uri.ts';

export interface CompareFlags {
  readonly json?: boolean | undefined;
  readonly html?: string | undefined;
}

/** Compares runs, and prints what was found or writes it as a page. */
export const runCompare = async (places: readonly string[], flags: CompareFlags): Promise<void> => {
  const runs = [];
  for (const place of places) runs.push(await openRun(await toUri(place, 'RUN'), place));
  const compared = await compareRuns(runs);
  if (flags.html !== undefined) {
    await writeFile(flags.html, comparisonPage(compared)).catch((error: unknown) => {
      throw fileError(error, resolve(flags.html!));
    });
  }
  if (flags.json === true) print(JSON.stringify(compared, null, 2));
  else print(comparisonLines(compared).join('\n'));
};

const READING: Readonly<Record<Verdict, string>> = { gain: 'more', loss: 'less', 'no-evidence': '' };
/** As the closing summary of a run. */
const DIGITS = 2;

/** A comparison for a terminal. */
export const comparisonLines = (compared: ComparedRuns): string[] => {
  const { runs, settings, benchmarks } = compared;
  const letters = runs.map((_, i) => letterOf(i));
  return [
    ...runs.map((run, i) => `${letters[i]}  ${runLine(run)}`),
    '',
    settings.length === 0
      ? 'All settings are the same: what differs comes from the inputs, the machine or the version.'
      : 'Settings that differ',
    ...table(settings.map(({ setting, values }) => [setting, ...values.map((value) => value ?? '–')])),
    ...benchmarks.flatMap((benchmark) => ['', ...benchmarkLines(benchmark, letters)]),
    ...leftSentences(compared),
  ];
};

function benchmarkLines(compared: ComparedBenchmark, letters: readonly string[]): string[] {
  const [first, ...others] = letters;
  const heads = others.flatMap((letter) => [`${letter} − ${first}, accuracy`, '', 'macro recall', 'gain']);
  const rows = compared.arms.map(({ arm, accuracy, differences }) => [
    arm,
    ...accuracy.map(({ mean }) => hundredths(mean, DIGITS)),
    ...differences.flatMap(({ accuracy: by, macroRecall, gain, paired }) => [
      pointsOf(by),
      paired ? READING[by.verdict] : `${READING[by.verdict]} (unpaired)`.trim(),
      pointsOf(macroRecall),
      gain === undefined ? '' : pointsOf(gain),
    ]),
  ]);
  return [
    `Benchmark ${compared.benchmark} (accuracy in %, differences in points with their 95 % intervals)`,
    ...table([['arm', ...letters, ...heads], ...rows]),
    ...pairingSentences(compared),
  ];
}

function pointsOf({ mean, low, high }: Difference): string {
  return `${signedPoints(mean, DIGITS)} (${signedPoints(low, DIGITS)} to ${signedPoints(high, DIGITS)})`;
}
