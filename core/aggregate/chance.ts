import { readMinerFolds } from '../artifacts/backbone.ts';
import { readLabels } from '../artifacts/inputs.ts';
import type { Plan } from '../contracts/plan.ts';
import { loadScore } from '../mine/score.ts';
import { crossFittedTemperature, type HeldOutScore, scoreHeldOut } from '../mine/score-held-out.ts';
import { countConfusions } from '../statistics/confusions.ts';
import { equateToOne } from '../statistics/equating.ts';
import { shiftedMix } from '../statistics/label-shift.ts';
import { fitPlatt, type Platt } from '../statistics/platt.ts';
import { total } from '../statistics/total.ts';
import type { Store } from '../store/store.ts';
import type { PoolTotals } from './pool-view.ts';

/** The chance that a pseudo-label is right by its sureness, in this pool and by these miners. */
export const readChance = async (store: Store, plan: Plan, round: number, pool: PoolTotals): Promise<Platt> => {
  const labels = await readLabels(store, plan.runId);
  const folds = await readMinerFolds(store, plan, round);
  const temperature = crossFittedTemperature(folds, labels, plan.classes.length);
  const score = await loadScore(plan.config.mining.score);
  return chanceIn(pool, scoreHeldOut(folds, labels, temperature, score));
};

/**
 * A logistic curve over how sure single nets are of labelled images that they have not seen, which count as often as their class is
 * met in the pool: a pool of mostly easy classes is labelled better than a labelled set that has as many of each. What several nets
 * say together is translated into what one would have to say. The measurements are in docs/recipe.md.
 */
export const chanceIn = (pool: PoolTotals, heldOut: readonly HeldOutScore[]): Platt => {
  const truths = heldOut.map(({ truth }) => truth);
  const labels = heldOut.map(({ label }) => label);
  const confusions = countConfusions(truths, labels, pool.byClass.length);
  const mix = shiftedMix(confusions, pool.byClass);
  const labelled = confusions.map(total);
  const alone = fitPlatt(
    heldOut.map(({ sureness }) => sureness),
    truths.map((truth, i) => truth === labels[i]),
    truths.map((truth) => mix[truth]! / labelled[truth]!),
  );
  const { from, factor } = equateToOne(pool.nets);
  return { intercept: alone.intercept + alone.slope * from, slope: alone.slope * factor };
};
