import { summaryFile } from '../core/artifacts/run.ts';
import { runKey } from '../core/contracts/keys.ts';
import type { Verdict } from '../core/contracts/results.ts';
import type { Summary } from '../core/contracts/summary.ts';
import { auditWords } from '../core/publish/audit/words.ts';
import { fileStore } from '../core/store/file.ts';
import { backboneSentence } from '../core/text/backbone.ts';
import { count, counted, duration, hundredths, percent, points, table } from '../core/text/format.ts';
import { gapSentence } from '../core/text/gap.ts';
import { inferenceWords } from '../core/text/inference.ts';
import { verdictSentence } from '../core/text/verdict.ts';

/** Reads `runs/<runId>/summary.json`. */
export const readSummary = (outFolder: string, runId: string): Promise<Summary> =>
  summaryFile(runId).read(fileStore(outFolder));

/** A terminal shows what the report rounds away. */
const DIGITS = 2;

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
    ({ shard, error }) => `  shard ${shard} failed: ${error.name}: ${error.message}`,
  );
  const audit = mined.audit && [
    mined.audit.checked === 0
      ? '  the audit file names none of the mined images'
      : `  pseudo-labels right by the audit file: ${percent(mined.audit.precision, DIGITS)} (${auditWords(mined.audit, DIGITS)})`,
  ];
  const versions = Object.entries(summary.backend.versions).map(([name, version]) => `${name} ${version}`);
  const { inference } = summary.backend;
  const predicted = inference === undefined ? '' : `; ${inferenceWords(inference)} predicted`;
  return [
    ...Object.keys(summary.accuracy).flatMap((benchmark) => [...accuracyTable(benchmark, summary), '']),
    verdictSentence(summary.verdict),
    ...(summary.backbone ? [backboneSentence(summary.backbone)] : []),
    `Mined ${count(mined.mined)} of ${count(mined.poolImages)} pool images (${percent(share, DIGITS)}), ${mined.score.name} from ${mined.threshold.toFixed(3)}`,
    `  by class: ${tally(mined.byClass)}`,
    `  the model expects ${percent(mined.expectedPrecision, DIGITS)} of the pseudo-labels to be right`,
    ...(audit ?? []),
    ...failed,
    ...(summary.domainGap ? [gapSentence(summary.domainGap)] : []),
    `Rejected in the pool: ${tally(mined.rejected)}`,
    ...passedOverLine(summary),
    `Rejected in the labelled set and the benchmarks: ${tally(summary.inputRejected)}`,
    '',
    'Computing (seconds summed over jobs)',
    ...table([['stage', 'jobs', 'time', 'peak memory'], ...stages]),
    `  mining ${count(summary.miningImagesPerSecond)} images/s on ${summary.backend.name} (${versions.join(', ')})${predicted}`,
    '',
    ...Object.entries({
      report: `${folder}/${summary.paths.report}`,
      release: `${folder}/${summary.paths.release}`,
      'mined set': `${folder}/${summary.paths.mined}`,
      'these numbers': `${root}/${summaryFile(summary.runId).key}`,
      'use the net': `npx omnidistill predict ${folder} IMAGE`,
    }).map(([name, path]) => `${name.padEnd(15)}${path}`),
  ];
};

function passedOverLine({ poolFound }: Summary): string[] {
  return Object.keys(poolFound?.passedOver ?? {}).length === 0
    ? []
    : [`Passed over in the pool by their names: ${tally(poolFound!.passedOver)}`];
}

const READING: Readonly<Record<Verdict, string>> = { gain: 'gain', loss: 'loss', 'no-evidence': '' };

function accuracyTable(benchmark: string, summary: Summary): string[] {
  const { accuracy, macroRecall, comparisons, images } = summary;
  const rows = Object.entries(accuracy[benchmark] ?? {}).map(([arm, { mean }]) => {
    const gain = comparisons[benchmark]?.[arm]?.primitive;
    const recall = macroRecall[benchmark]?.[arm];
    return [
      arm,
      images[arm] === undefined ? '' : count(images[arm]),
      hundredths(mean, DIGITS),
      recall === undefined ? '' : hundredths(recall.mean, DIGITS),
      gain === undefined ? '' : points(gain, DIGITS),
      gain === undefined ? '' : READING[gain.verdict],
    ];
  });
  const seeds = Object.values(accuracy[benchmark] ?? {})[0]?.values.length ?? 0;
  const head = ['arm', 'images', 'accuracy %', 'macro recall %', 'over the primitive, points', ''];
  return [
    `Benchmark ${benchmark} (means over ${counted(seeds, 'seed')}; differences with their 95 % intervals)`,
    ...table([head, ...rows]),
  ];
}

function tally(counts: Readonly<Record<string, number | undefined>>): string {
  const parts = Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  return parts.length === 0 ? 'none' : parts.map(([name, value]) => `${name} ${count(value)}`).join(', ');
}
