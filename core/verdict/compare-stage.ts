import { minesByBackbone } from '../artifacts/backbone.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { type MinedSet, minedFile, readFoldLabels, readMinedSet } from '../artifacts/mined.ts';
import { readFold, readModel } from '../artifacts/model.ts';
import { comparisonFile } from '../artifacts/verdict.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { MinedRow } from '../contracts/mined.ts';
import type { Plan } from '../contracts/plan.ts';
import { selectLabelled } from '../data/images.ts';
import { DataError } from '../errors.ts';
import { boost, labelledWith } from '../evaluate/boost.ts';
import { predictOnce, predictor } from '../inference/predictor.ts';
import { opinionsOf } from '../mine/mine-shard.ts';
import { loadScore } from '../mine/score.ts';
import type { Prototypes } from '../nets/prototypes.ts';
import type { Weights } from '../nets/weights.ts';
import type { StageRun } from '../run/stage.ts';
import { random } from '../tensor/random.ts';
import { type TrainingData, withHardLabels } from '../train/training-data.ts';

/**
 * Asks on one part of the labelled set what the mined images are worth: the net that has not seen the part is fine-tuned twice, as a
 * boost is but at the verdict's own pace, once with the mined images beside the other parts and once without. The primitives that mined
 * have seen the part, so that net labels the images anew: nothing that knows the part's labels has a word in it. Where a backbone mined,
 * its head that has not seen the part has labelled them already.
 */
export const runCompare: StageRun<'compare'> = async ({ store, plan, report, checkpointer }, { round, fold }) => {
  const { classes, runId } = plan;
  const config = withPace(plan.config);
  const labelled = await labelledSetFile(runId).read(store);
  const { heldOut, prototypes } = await readFold(store, plan, fold);
  const { weights } = await readModel(store, plan, 'fold', fold, 0);
  const held = new Set(heldOut.rows);
  const seen = selectLabelled(
    labelled,
    [...labelled.labels.keys()].filter((row) => !held.has(row)),
  );
  const unseen = selectLabelled(labelled, heldOut.rows);

  const { steps, setPerBatch } = config.evaluate.boost;
  // No more are looked at, and to label a pool of millions would take longer than the training.
  const stream = [config.seed, 'compare', round, fold];
  const rows = sampled(await minedFile(runId, round).read(store), steps * setPerBatch, stream);
  const mined = await readMinedSet(store, plan, round, rows);
  if (mined.count === 0) throw new DataError('The mined set is empty: there is nothing to compare.');
  const labels = minesByBackbone(plan, round)
    ? await readFoldLabels(store, { runId, round, fold }, rows)
    : await labelsBy(weights, prototypes, plan, mined);
  const hard = withHardLabels({ ...mined, labels }, classes.length, config.student.labelSmoothing);

  const asked = async (name: string, extra: TrainingData | undefined, done: number): Promise<Float32Array> => {
    const stream = ['compare', name, round, fold];
    const data = labelledWith(seen, classes.length, extra, config);
    const { logits } = await predictOnce(await boost(weights, data, config, stream, checkpointer), unseen);
    report(done * steps, 2 * steps);
    return logits;
  };
  await comparisonFile(runId, round, fold).write(store, {
    labels: unseen.labels,
    mined: await asked('mined', { ...hard, weights: mined.weights }, 1),
    control: await asked('control', undefined, 2),
  });
  return { counts: { labelled: seen.count, heldOut: unseen.count, mined: mined.count } };
};

/** The settings that a boost goes by, at the pace of the verdict. */
function withPace(config: RunConfig): RunConfig {
  const { evaluate, verdict } = config;
  return { ...config, evaluate: { ...evaluate, boost: { ...evaluate.boost, ...verdict } } };
}

/** As many of the rows by chance, in their order. */
function sampled(rows: readonly MinedRow[], most: number, stream: readonly (string | number)[]): readonly MinedRow[] {
  return Array.from(random(...stream).subset(rows.length, most), (place) => rows[place]!);
}

async function labelsBy(
  weights: Weights,
  prototypes: Prototypes,
  { config, classes }: Plan,
  images: MinedSet,
): Promise<Int32Array> {
  const score = await loadScore(config.mining.score);
  const model = await predictor(weights, config.mining.batch);
  // Of one net, no temperature changes which class is likeliest.
  const miner = { nets: [{ model, prototypes }], classes: classes.length, temperature: 1 };
  const opinions = await opinionsOf(miner, images);
  await model.dispose();
  return Int32Array.from(opinions, (said) => score(said).label);
}
