import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spread } from '../core/contracts/evaluation.ts';
import { runKey, summaryKey } from '../core/contracts/keys.ts';
import { parseOrExplain } from '../core/contracts/run-input.ts';
import { Summary } from '../core/contracts/summary.ts';
import { duration } from '../core/publish/report/format.ts';
import { count, percent, points, printable, table } from './format.ts';

/** Reads `runs/<runId>/summary.json`. */
export const readSummary = async (outFolder: string, runId: string): Promise<Summary> =>
  parseOrExplain(Summary, JSON.parse(await readFile(join(outFolder, summaryKey(runId)), 'utf8')), summaryKey(runId));

const counted = (counts: Readonly<Record<string, number | undefined>>): string => {
  const parts = Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  return parts.length === 0 ? 'none' : parts.map(([name, value]) => `${name} ${count(value)}`).join(', ');
};

const spread = ({ mean, std }: Spread): string => `${percent(mean)} ± ${percent(std)}`;

const accuracyTable = (benchmark: string, summary: Summary): string[] => {
  const gains = summary.gain[benchmark] ?? {};
  const rows = Object.entries(summary.accuracy[benchmark] ?? {}).map(([arm, accuracy]) => {
    const gain = gains[arm];
    const gained = gain === undefined || arm === 'primitive' ? '' : `${points(gain.mean)} ± ${percent(gain.std)}`;
    const images = summary.images[arm];
    return [arm, images === undefined ? '' : count(images), spread(accuracy), gained];
  });
  const seeds = Object.values(summary.accuracy[benchmark] ?? {})[0]?.values.length ?? 0;
  const head = ['arm', 'images', 'accuracy %', 'gain, points'];
  return [`Benchmark ${benchmark} (mean ± standard deviation, ${seeds} seeds)`, ...table([head, ...rows])];
};

/**
 * The closing summary: what a person wants to know of a run that has ended, as lines.
 * @param root - folder or `s3://BUCKET` above `runs/`
 */
export const summaryLines = (summary: Summary, root: string): string[] => {
  const { mined } = summary;
  const folder = `${root}/${runKey(summary.runId)}`;
  const share = mined.poolImages === 0 ? 0 : mined.mined / mined.poolImages;
  const stages = Object.entries(summary.stages).map(([name, { jobs, seconds, peakMemoryMiB }]) => [
    name,
    count(jobs),
    duration(seconds),
    `${count(peakMemoryMiB)} MiB`,
  ]);
  const failed = mined.failedShards.map(
    ({ shard, error }) => `  shard ${shard} failed: ${printable(`${error.name}: ${error.message}`)}`,
  );
  const audit = mined.audit && [
    `  pseudo-labels right by the audit file: ${percent(mined.audit.precision)} % of ${count(mined.audit.checked)}` +
      ` (95 %: ${percent(mined.audit.low)} to ${percent(mined.audit.high)})`,
  ];
  const versions = Object.entries(summary.backend.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...Object.keys(summary.accuracy).flatMap((benchmark) => [...accuracyTable(benchmark, summary), '']),
    `Mined ${count(mined.mined)} of ${count(mined.poolImages)} pool images (${percent(share)} %), ${mined.score.name} from ${mined.threshold.toFixed(3)}`,
    `  by class: ${counted(mined.byClass)}`,
    `  the model expects ${percent(mined.expectedPrecision)} % of the pseudo-labels to be right`,
    ...(audit ?? []),
    ...failed,
    `Rejected in the pool: ${counted(mined.rejected)}`,
    `Rejected in the labelled set and the benchmarks: ${counted(summary.inputRejected)}`,
    '',
    'Computing (seconds summed over jobs)',
    ...table([['stage', 'jobs', 'time', 'peak memory'], ...stages]),
    `  mining ${count(summary.miningImagesPerSecond)} images/s on ${summary.backend.name} (${versions.join(', ')})`,
    '',
    ...Object.entries({
      report: `${folder}/${summary.paths.report}`,
      release: `${folder}/${summary.paths.release}`,
      'mined set': `${folder}/${summary.paths.mined}`,
      'these numbers': `${root}/${summaryKey(summary.runId)}`,
    }).map(([name, path]) => `${name.padEnd(15)}${path}`),
  ];
};
