import { type Arm, armName } from '../contracts/arms.ts';
import { hasBanks } from '../contracts/config.ts';
import { isBaseline } from '../contracts/methods.ts';
import { type SetSpec, setName } from '../contracts/names.ts';
import type { Comparison } from '../contracts/results.ts';
import type { Summary } from '../contracts/summary.ts';
import { comparisonWords } from '../text/comparison.ts';
import { percent } from '../text/format.ts';

/**
 * Who gains from what on a benchmark, a sentence each: a receiver who has the labelled images from the labels of their views, and from
 * a set's images beyond that; one who has not from the set alone.
 * @param sets - those that are released
 */
export const receiverSentences = (summary: Summary, benchmark: string, sets: readonly SetSpec[]): string[] => {
  const by = (arm: string, reference: string): Comparison | undefined =>
    summary.comparisons[benchmark]?.[arm]?.[reference];
  const labels = hasBanks(summary.config) ? by('boost/no-pool', 'primitive') : undefined;
  const alone =
    labels === undefined
      ? []
      : [
          `Who has the labelled images gets ${comparisonWords(labels)} from the labels of their views alone, without any image.`,
        ];
  const ofSets = sets
    .filter(({ method }) => !isBaseline(method))
    .flatMap((set) => {
      const [boost, only] = (['boost/<method>-ipc<k>', 'only/<method>-ipc<k>'] as const).map((kind) =>
        armName({ kind, set } satisfies Arm),
      );
      const [beyond, worth] = [by(boost!, 'boost/no-pool'), summary.accuracy[benchmark]?.[only!]];
      const random = by(only!, `only/random-ipc${set.ipc}`);
      return [
        ...(beyond === undefined
          ? []
          : [`The images of ${setName(set)} add ${comparisonWords(beyond)} to what labels give without them.`]),
        ...(worth === undefined
          ? []
          : [
              `Who has not the labelled images gets a small net of ${percent(worth.mean)} from ${setName(set)}${random === undefined ? '' : `, ${comparisonWords(random)} over random images of the same number`}.`,
            ]),
      ];
    });
  return [...alone, ...ofSets];
};
