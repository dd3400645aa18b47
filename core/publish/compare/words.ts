import { count, counted, listedSome } from '../../text/format.ts';
import type { ComparedBenchmark, ComparedRuns } from './compare-runs.ts';

/** `A`, `B`, …: how a comparison calls its runs, of which many have one name. */
export const letterOf = (run: number): string =>
  String.fromCharCode(65 + (run % 26)) + (run < 26 ? '' : String(Math.floor(run / 26)));

/** What a run is, in a line. */
export const runLine = ({ place, runId, seeds, mined }: ComparedRuns['runs'][number]): string =>
  `${place} (run ${runId}, ${counted(seeds, 'seed')}, ${count(mined)} mined images)`;

/** How the runs of a benchmark were compared, a sentence for each run but the first. */
export const pairingSentences = ({ pairings }: ComparedBenchmark): string[] =>
  pairings.map((pairing, i) => {
    const pair = `${letterOf(i + 1)} − ${letterOf(0)}`;
    return pairing.paired
      ? `${pair} is paired, image by image and seed by seed.`
      : `${pair} is not paired: ${pairing.why}. Its intervals are wider for that.`;
  });

/** What was not compared. */
export const leftSentences = ({ left }: ComparedRuns): string[] => [
  ...(left.benchmarks.length > 0 ? [`Only some of the runs have the benchmarks ${listedSome(left.benchmarks)}.`] : []),
  ...(left.arms.length > 0 ? [`Only some of the runs have the arms ${listedSome(left.arms)}.`] : []),
];
