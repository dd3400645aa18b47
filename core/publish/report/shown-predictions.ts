import { predictionsFile } from '../../artifacts/predictions.ts';
import type { Crossed } from '../../statistics/crossed.ts';
import { type ReliabilityBin, reliabilityBins } from '../../statistics/reliability.ts';
import { rightAnswers } from '../../statistics/right-answers.ts';
import type { Store } from '../../store/store.ts';

/** The arms that are shown image by image: before and after mining, in their order. */
export const SHOWN_ARMS = ['primitive', 'omni'] as const;
export type ShownArm = (typeof SHOWN_ARMS)[number];

/** What is shown of an arm's predictions of a benchmark. */
export interface ShownAnswers {
  /** How sure its nets are, and how often they are right: all seeds together. */
  readonly bins: readonly ReliabilityBin[];
  readonly right: Crossed;
  /** True labels of the images. */
  readonly labels: Int32Array;
}

/** By benchmark. */
export type ShownPredictions = Readonly<Record<ShownArm, ReadonlyMap<string, ShownAnswers>>>;

/** Reads one arm after the other: probabilities are large, and none of them is kept. */
export const readShownPredictions = async (store: Store, runId: string): Promise<ShownPredictions> => ({
  primitive: await readAnswers(store, runId, 'primitive'),
  omni: await readAnswers(store, runId, 'omni'),
});

async function readAnswers(store: Store, runId: string, arm: ShownArm): Promise<Map<string, ShownAnswers>> {
  const predictions = await predictionsFile(runId, arm).read(store);
  return new Map(
    [...predictions].map(([benchmark, { seeds, draws, images, classes, probabilities, labels }]) => {
      const right = { seeds, draws, images, values: rightAnswers(probabilities, labels, classes) };
      return [benchmark, { bins: reliabilityBins(probabilities, labels, classes), right, labels }];
    }),
  );
}
