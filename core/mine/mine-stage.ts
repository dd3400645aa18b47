import { minesByBackbone } from '../artifacts/backbone.ts';
import { shardManifestFile } from '../artifacts/run.ts';
import { shardFiles } from '../artifacts/shard.ts';
import type { RunConfig } from '../contracts/config.ts';
import { valuesOf } from '../data/images.ts';
import type { Log, StageRun } from '../run/stage.ts';
import { loadMiner } from './load-miner.ts';
import { mineShard, type ShardResult } from './mine-shard.ts';
import { startReader } from './reader/reader-thread.ts';

/** Decodes, embeds and scores one shard of the pool. */
export const runMine: StageRun<'mine'> = async (context, { round, shard }) => {
  const { store, plan, report, log } = context;
  const { config, runId } = plan;
  const { image } = config;
  const limits = { ...config.limits, sampleImage: config.mining.sampleImage };
  const manifest = await shardManifestFile(runId, shard).read(store);
  // The first images are decoded while the net is being loaded.
  const view = minesByBackbone(plan, round) ? config.backbone : undefined;
  const run = { store: store.root, plan };
  const reader = startReader({ manifest, image, limits, view, batch: batchOf(config, view), run });
  try {
    const miner = await loadMiner(context, round);
    const result = await mineShard(reader.batches, shard, config, miner, (read) => report(read, null));
    for (const { model } of miner.nets) await model.dispose();
    const { candidates, pixels, foldLabels, traces, cut, rejected, histogram, read, seconds } = result;
    const files = shardFiles(runId, round, shard);
    await files.candidates.write(store, { score: config.mining.score, rows: candidates });
    await files.images.write(store, { ...image, count: candidates.length, pixels });
    if (foldLabels !== undefined) await files.foldLabels.write(store, { folds: plan.folds, labels: foldLabels });
    if (traces !== undefined) {
      await files.thumbnails.write(store, traces.thumbnails);
      await files.sketches.write(store, traces.sketches);
    }
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
