import { comparisonFolder, roundKey } from '../contracts/keys.ts';
import { PoolVerdict } from '../contracts/pool-verdict.ts';
import { comparisonFromTensors, comparisonToTensors, type FoldComparison } from '../nets/fold-comparison.ts';
import { type Artifact, artifact, json } from './artifact.ts';
import { tensorsOf } from './job.ts';

/** What two nets that have not seen a fold say of it, with and without the mined images. */
export const comparisonFile = (runId: string, round: number, fold: number): Artifact<FoldComparison> =>
  artifact(
    `${comparisonFolder(runId, round, fold)}/held-out.safetensors`,
    tensorsOf(comparisonToTensors, comparisonFromTensors),
  );

/** Whether learning from the mined images of a round pays, with the numbers that say so. */
export const verdictFile = (runId: string, round: number): Artifact<PoolVerdict> =>
  artifact(roundKey(runId, round, 'verdict.json'), json(PoolVerdict));
