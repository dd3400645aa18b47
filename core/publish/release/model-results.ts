import { type ArmName, teacherArm } from '../../contracts/arms.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import { counted, hundredths } from '../../text/format.ts';
import { markdownText } from '../../text/printable.ts';
import type { ReleasedModels } from './model-files.ts';

/** How good the released classifiers are on every benchmark, as a section of their card. */
export const modelResults = (evaluation: ReleaseEval, models: ReleasedModels): string => {
  const tables = Object.keys(evaluation.accuracy).flatMap((benchmark) => {
    const rows = rowsOf(evaluation, models, benchmark);
    return rows.length === 0 ? [] : [tableOf(evaluation, models, benchmark, rows)];
  });
  return [...tables, CHOSEN].join('\n\n');
};

const CHOSEN =
  'No stage of the run chose anything on a benchmark: how much is mined and the temperature come from the labelled set and the pool, ' +
  'and the student is the one of the first seed. What people chose by looking at a benchmark (a setting, or this run among others) a run ' +
  'cannot know: a benchmark that served for that proves nothing, and a claim rests on one that was opened once.';

function tableOf(
  { accuracy, recall, benchmarks, protocol, config }: ReleaseEval,
  { classifiers }: ReleasedModels,
  benchmark: string,
  rows: readonly string[],
): string {
  const arm = teacherArm(config);
  const own = accuracy[benchmark]?.[arm]?.values[classifiers.student.card.seeds[0]!];
  const byClass = Object.entries(recall[benchmark]?.[arm] ?? {});
  return [
    `### Benchmark ${markdownText(benchmark)} (${counted(benchmarks[benchmark]?.images ?? 0, 'image')})`,
    '',
    '| classifier | accuracy % (95 % interval) | macro recall % | calibration error % |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Means over ${counted(protocol.seeds, 'net')} of the same recipe, a seed each${own === undefined ? '' : `; the released student by itself: ${hundredths(own)}`}. The ensemble was measured without one net, for each net in turn.`,
    ...(byClass.length === 0 ? [] : ['', '| class | recall of the student % |', '| --- | --- |']),
    ...byClass.map(([name, { mean }]) => `| ${markdownText(name)} | ${hundredths(mean)} |`),
  ].join('\n');
}

function rowsOf({ accuracy, macroRecall, config }: ReleaseEval, models: ReleasedModels, benchmark: string): string[] {
  const arms: readonly ArmName[] = [
    teacherArm(config),
    ...(models.classifiers.ensemble === undefined ? [] : ['ensemble']),
  ];
  return arms.flatMap((arm, i) => {
    const measured = accuracy[benchmark]?.[arm];
    if (measured === undefined) return [];
    const { mean, low, high, values } = measured;
    const interval = values.length > 1 ? ` (${hundredths(low)} to ${hundredths(high)})` : '';
    const [recall, error] = [macroRecall[benchmark]?.[arm]?.mean, models.calibration[arm]?.[benchmark]];
    const cell = (share: number | undefined): string => (share === undefined ? '' : hundredths(share));
    const name = i === 0 ? 'student' : 'ensemble';
    return [`| ${name} (\`${arm}\`) | ${hundredths(mean)}${interval} | ${cell(recall)} | ${cell(error)} |`];
  });
}
