import { backboneFiles, type HeadFiles, minesByBackbone, readMinerFolds } from '../artifacts/backbone.ts';
import { readGate } from '../artifacts/gate.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { crossFittedLogits, modelFiles, readModel } from '../artifacts/model.ts';
import { shardManifestFile } from '../artifacts/run.ts';
import { shardFiles } from '../artifacts/shard.ts';
import { headPredictor } from '../backbone/head.ts';
import { type Embedder, openBackbone } from '../backbone/open-backbone.ts';
import type { RunConfig } from '../contracts/config.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { valuesOf } from '../data/images.ts';
import { predictor } from '../nets/predictor.ts';
import type { JobContext, Log, StageRun } from '../run/stage.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import type { Store } from '../store/store.ts';
import { relabeller } from './fold-labels.ts';
import { type Miner, type MinerNet, mineShard, type ShardResult } from './mine-shard.ts';
import { duplicateFinder } from './near-duplicates.ts';
import { startReader } from './reader/reader-thread.ts';
import { loadScore, type ScoreImage } from './score.ts';
import { chanceOf } from './score-chance.ts';

/** Decodes, embeds and scores one shard of the pool. */
export const runMine: StageRun<'mine'> = async (context, { round, shard }) => {
  const { store, plan, report, log } = context;
  const { config, runId } = plan;
  const { image, limits } = config;
  const manifest = await shardManifestFile(runId, shard).read(store);
  // The first images are decoded while the net is being loaded.
  const view = minesByBackbone(plan, round) ? config.backbone : undefined;
  const reader = startReader({ manifest, image, limits, view, batch: batchOf(config, view) });
  try {
    const miner = await loadMiner(context, round);
    const result = await mineShard(reader.batches, shard, config, miner, (read) => report(read, null));
    for (const { model } of miner.nets) model.dispose();
    await miner.embedder?.dispose();
    miner.duplicates.dispose();
    const { candidates, pixels, foldLabels, cut, rejected, histogram, read, seconds } = result;
    const files = shardFiles(runId, round, shard);
    await files.candidates.write(store, { score: config.mining.score, rows: candidates });
    await files.images.write(store, { ...image, count: candidates.length, pixels });
    if (foldLabels !== undefined) await files.foldLabels.write(store, { folds: plan.folds, labels: foldLabels });
    await files.rejections.write(store, rejected.listed);
    await files.histogram.write(store, histogram);
    sayWhatIsMissing(result, log);
    const counts = {
      read,
      candidates: candidates.length,
      candidatesCut: cut,
      rejectionsUnlisted: rejected.unlisted,
      waitSeconds: seconds.waiting,
      computeSeconds: seconds.computing,
    };
    return { counts, rejected: rejected.counts };
  } finally {
    await reader.stop();
  }
};

/** Bytes of the images in a batch for a backbone; several batches are in work at once. */
const MOST_BATCH_BYTES = 32 * 1024 * 1024;

/** Images that are read, embedded and scored at once. */
function batchOf({ mining }: RunConfig, view: RunConfig['backbone']): number {
  return view === undefined
    ? mining.batch
    : Math.max(1, Math.min(mining.batch, Math.floor(MOST_BATCH_BYTES / valuesOf(view))));
}

type LoadedMiner = Miner & { readonly embedder?: Embedder };

async function loadMiner(context: JobContext, round: number): Promise<LoadedMiner> {
  const { store, plan } = context;
  const { runId, config, classes } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const folds = await readMinerFolds(store, plan, round);
  const temperature = fitTemperature(
    crossFittedLogits(folds, labelled.count, classes.length),
    labelled.labels,
    classes.length,
  );
  const score = await loadScore(config.mining.score);
  const looks = minesByBackbone(plan, round)
    ? await loadBackbone(context, score)
    : { nets: await readNets(store, plan, round) };
  return {
    ...looks,
    classes: classes.length,
    duplicates: duplicateFinder(labelled, config.mining.nearDuplicate),
    gate: await readGate(store, plan),
    temperature,
    score,
    chance: chanceOf(folds, labelled.labels, temperature, score),
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
    return { model: predictor(weights, config.mining.batch), prototypes };
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
  return { nets, embedder, relabel: relabeller(head, folds, score) };
}

function sayWhatIsMissing({ candidates, cut, rejected }: ShardResult, log: Log): void {
  if (cut > 0) {
    const limit = `${candidates.length} candidates (mining.maxCandidatesPerShard, at most 96 MiB of images)`;
    log('warn', `The shard keeps ${limit}; ${cut} more were scored. Make smaller shards.`);
  }
  if (rejected.unlisted > 0) {
    const listed = `${rejected.listed.length} of ${rejected.listed.length + rejected.unlisted}`;
    log('warn', `rejected.parquet lists ${listed} rejections; all of them are counted.`);
  }
}
