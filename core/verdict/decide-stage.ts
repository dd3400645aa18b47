import { domainGapFile } from '../artifacts/inputs.ts';
import { minedSummaryFile } from '../artifacts/mined.ts';
import { planFile } from '../artifacts/run.ts';
import { comparisonFile, verdictFile } from '../artifacts/verdict.ts';
import type { PoolVerdict } from '../contracts/pool-verdict.ts';
import { EXIT_CODE, OmnidistillError } from '../errors.ts';
import { once } from '../run/once.ts';
import { judgePool } from '../statistics/pool-verdict.ts';
import type { Store } from '../store/store.ts';
import { verdictSentence } from '../text/verdict.ts';

/** Learning from the mined images makes nets worse on labelled images that they had not seen. */
export class HarmfulPoolError extends OmnidistillError {
  public override readonly name = 'HarmfulPoolError';
  public override readonly exitCode = EXIT_CODE.data;

  /** @param place - where the verdict lies, and @param mined - what Aggregate decided */
  public constructor(verdict: PoolVerdict, place: string, mined: string) {
    super(
      `${verdictSentence(verdict)} All numbers are in ${place}. No student was trained and nothing is published. Does the ` +
        `pool show the same kind of images as the labelled set? ${mined} tells what was mined. Take another pool, or mine ` +
        'less of it (mining.topFraction), in another run; or go on with this one after what is done: the same start with ' +
        '--even-if-harmful, or "evenIfHarmful": true in its execution input.',
    );
  }
}

/**
 * Says whether the mined images of a round pay, and lets the run go on or not. Decided once: a second call finds the
 * verdict and only obeys it.
 * @param evenIfHarmful - goes on whatever the verdict is
 * @throws HarmfulPoolError where the mined images do harm
 */
export const decideRound = async (
  store: Store,
  runId: string,
  round: number,
  evenIfHarmful: boolean,
): Promise<PoolVerdict> => {
  const { classes, folds } = await planFile(runId).read(store);
  const file = verdictFile(runId, round);
  await once(store, file, async () => {
    const read = (_: unknown, fold: number) => comparisonFile(runId, round, fold).read(store);
    const gap = await domainGapFile(runId).find(store);
    return judgePool(await Promise.all(Array.from({ length: folds }, read)), classes.length, gap?.wide ?? false);
  });
  const verdict = await file.read(store);
  if (verdict.verdict === 'harms' && !evenIfHarmful) {
    throw new HarmfulPoolError(
      verdict,
      `${store.root}/${file.key}`,
      `${store.root}/${minedSummaryFile(runId, round).key}`,
    );
  }
  return verdict;
};
