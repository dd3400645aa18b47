import type { ArmName } from '../../contracts/arms.ts';
import type { Estimate, Interval } from '../../contracts/results.ts';
import { ConfigError } from '../../errors.ts';
import { listed, listedSome } from '../../text/format.ts';
import { type ArmDifference, differencesOf, type Pairing } from './differences.ts';
import type { FinishedRun } from './open-run.ts';
import { type DifferingSetting, differingSettings } from './settings.ts';

/** A figure of a run as the comparison shows it. */
type Figure = Interval & Pick<Estimate, 'mean' | 'values'>;

/** An arm that all runs have measured on a benchmark. */
export interface ComparedArm {
  readonly arm: ArmName;
  /** Of each run, in [0, 1]. */
  readonly accuracy: readonly Figure[];
  readonly macroRecall: readonly Figure[];
  /** Over the primitive of the same run; `undefined` of the primitive itself. */
  readonly gain: readonly (Figure | undefined)[];
  /** Of every run but the first, minus the first. */
  readonly differences: readonly ArmDifference[];
}

export interface ComparedBenchmark {
  readonly benchmark: string;
  /** How each run but the first goes with the first. */
  readonly pairings: readonly Pairing[];
  readonly arms: readonly ComparedArm[];
}

/** Two or more runs of one task beside each other. */
export interface ComparedRuns {
  readonly runs: readonly {
    readonly place: string;
    readonly runId: string;
    readonly seeds: number;
    readonly mined: number;
  }[];
  readonly settings: readonly DifferingSetting[];
  readonly benchmarks: readonly ComparedBenchmark[];
  /** Benchmarks and arms that only some runs have: not compared. */
  readonly left: { readonly benchmarks: readonly string[]; readonly arms: readonly ArmName[] };
}

/**
 * Compares runs with the first of them: settings, and every arm and benchmark that all of them have.
 * @throws ConfigError for fewer than two runs, runs of other classes, and runs that share no benchmark
 */
export const compareRuns = async (runs: readonly FinishedRun[]): Promise<ComparedRuns> => {
  const [first, ...others] = runs;
  if (first === undefined || others.length === 0)
    throw new ConfigError('One run alone compares with nothing. Give two or more.');
  for (const other of others) requireSameClasses(first, other);
  const summaries = runs.map(({ summary }) => summary);
  const benchmarks = shared(summaries.map(({ accuracy }) => Object.keys(accuracy)));
  if (benchmarks.common.length === 0) {
    const have = runs.map(({ place, summary }) => `${place} has ${listed(Object.keys(summary.accuracy))}`);
    throw new ConfigError(
      `The runs share no benchmark: ${listed(have)}. Benchmarks are told by their names; measure both on one.`,
    );
  }
  const arms = shared(
    benchmarks.common.flatMap((name) => summaries.map(({ accuracy }) => Object.keys(accuracy[name]!))),
  );
  const compared: ComparedBenchmark[] = [];
  for (const benchmark of benchmarks.common) {
    const found = await Promise.all(others.map((other) => differencesOf(first, other, benchmark, arms.common)));
    compared.push({
      benchmark,
      pairings: found.map(({ pairing }) => pairing),
      arms: arms.common.map((arm) => ({
        arm,
        accuracy: summaries.map(({ accuracy }) => figureOf(accuracy[benchmark]![arm]!)),
        macroRecall: summaries.map(({ macroRecall }) => figureOf(macroRecall[benchmark]![arm]!)),
        gain: summaries.map(({ comparisons }) => {
          const gain = comparisons[benchmark]?.[arm]?.primitive;
          return gain && figureOf(gain);
        }),
        differences: found.map(({ byArm }) => byArm.get(arm)!),
      })),
    });
  }
  return {
    runs: runs.map(({ place, summary: { runId, config, mined } }) => ({
      place,
      runId,
      seeds: config.seeds,
      mined: mined.mined,
    })),
    settings: differingSettings(summaries),
    benchmarks: compared,
    left: { benchmarks: benchmarks.left, arms: arms.left },
  };
};

function requireSameClasses(one: FinishedRun, other: FinishedRun): void {
  const [mine, theirs] = [one.summary.classes, other.summary.classes];
  if (mine.length === theirs.length && mine.every((name, i) => name === theirs[i])) return;
  const only = (some: readonly string[], rest: readonly string[]): string => {
    const alone = some.filter((name) => !rest.includes(name));
    return alone.length === 0 ? 'none of its own' : `${listedSome(alone)} alone`;
  };
  throw new ConfigError(
    `${one.place} and ${other.place} are runs of other classes: the first has ${only(mine, theirs)}, the second ${only(theirs, mine)}. Only runs of the same classes can be compared.`,
  );
}

/** What all lists hold, in the order of the first, and what only some do. */
function shared(lists: readonly (readonly string[])[]): { readonly common: string[]; readonly left: string[] } {
  const all = [...new Set(lists.flat())];
  const isCommon = (name: string): boolean => lists.every((list) => list.includes(name));
  return { common: all.filter(isCommon), left: all.filter((name) => !isCommon(name)) };
}

function figureOf({ mean, low, high, values }: Estimate): Figure {
  return { mean, low, high, values };
}
