import { backboneFiles, type HeadFiles, minesByBackbone, readMinerFolds } from '../artifacts/backbone.ts';
import { duplicateCardsFile } from '../artifacts/copies.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { modelFiles, readModel } from '../artifacts/model.ts';
import { headPredictor } from '../backbone/head.ts';
import { openBackbone } from '../backbone/open-backbone.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { predictor } from '../inference/predictor.ts';
import type { JobContext } from '../run/stage.ts';
import type { Store } from '../store/store.ts';
import { relabeller } from './fold-labels.ts';
import type { Miner, MinerNet } from './mine-shard.ts';
import { loadScore, type ScoreImage } from './score.ts';
import { crossFittedTemperature } from './score-held-out.ts';

/** What mines in a round: primitives, or the backbone with its head; in a later round the students of the one before. */
export async function loadMiner(context: JobContext, round: number): Promise<Miner> {
  const { store, plan } = context;
  const { runId, config, classes } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const folds = await readMinerFolds(store, plan, round);
  const temperature = crossFittedTemperature(folds, labelled.labels, classes.length);
  const score = await loadScore(config.mining.score);
  const looks = minesByBackbone(plan, round)
    ? await loadBackbone(context, score)
    : { nets: await readNets(store, plan, round) };
  return {
    ...looks,
    classes: classes.length,
    traced: await duplicateCardsFile(runId).exists(store),
    temperature,
    score,
  };
}

/** The nets that mine: of some seeds, the primitives or the students of the round before. */
function readNets(store: Store, plan: Plan, round: number): Promise<MinerNet[]> {
  const { runId, config } = plan;
  const role = round === 0 ? 'primitive' : teacherRole(config);
  const seeds = Array.from({ length: Math.min(config.mining.nets, config.seeds) }, (_, seed) => seed);
  const readNet = async (seed: number): Promise<MinerNet> => {
    const { weights } = await readModel(store, plan, role, seed, round - 1);
    const prototypes = await modelFiles(runId, role, seed, round - 1).prototypes.read(store);
    return { model: await predictor(weights, config.mining.batch), prototypes };
  };
  return Promise.all(seeds.map(readNet));
}

/** The backbone with its head, and the heads that each leave out a part of the labelled set. */
async function loadBackbone({ store, plan, threads }: JobContext, score: ScoreImage) {
  const { runId, config, folds: count, backbone: planned } = plan;
  const files = backboneFiles(runId);
  const read = async (from: HeadFiles) => ({
    head: await from.head.read(store),
    prototypes: await from.prototypes.read(store),
  });
  const { head, prototypes } = await read(files);
  const folds = await Promise.all(Array.from({ length: count }, (_, fold) => read(files.fold(fold))));
  const embedder = await openBackbone(config.backbone!, planned!, threads);
  const nets: MinerNet[] = [{ model: headPredictor(embedder, head), prototypes }];
  return { nets, relabel: relabeller(head, folds, score) };
}
