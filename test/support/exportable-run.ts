import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { minedFile, minedSummaryFile } from '../../core/artifacts/mined.ts';
import { planFile, shardManifestFile } from '../../core/artifacts/run.ts';
import type { MinedRow } from '../../core/contracts/mined.ts';
import { decodeImage, isDecoded } from '../../core/data/decode.ts';
import { fileStore } from '../../core/store/file.ts';
import { greyPng, tarOf } from './images.ts';
import { toyPlan } from './toy.ts';
import { toyMinedSummary } from './toy-summary.ts';

const plan = toyPlan({ shardCount: 2 });
const { classes, config, runId } = plan;

/** Files of the pool by key: those of a tar, and those of a folder. */
const filesOf = async (): Promise<Record<string, Buffer>> => ({
  'a.tar/./x y.png': await greyPng(1),
  'a.tar/é/001.jpg': await sharp(await greyPng(2, 40))
    .jpeg()
    .toBuffer(),
  'a.tar/left.png': await greyPng(3),
  'loose/b.webp': await sharp(await greyPng(4, 24))
    .webp()
    .toBuffer(),
});

export const MINED_KEYS = ['loose/b.webp', 'a.tar/./x y.png', 'a.tar/é/001.jpg'] as const;

/** A run below `folder` that mined three images of a pool beside it, out of a tar and a folder. */
export const writeExportableRun = async (
  folder: string,
): Promise<{ readonly run: string; readonly pool: string; readonly files: Record<string, Buffer> }> => {
  const files = await filesOf();
  const pool = join(folder, 'pool');
  const inTar = Object.entries(files).filter(([key]) => key.startsWith('a.tar/'));
  await fileStore(pool).put('a.tar', await tarOf(inTar.map(([key, bytes]) => [key.slice('a.tar/'.length), bytes])));
  await fileStore(pool).put('loose/b.webp', files['loose/b.webp']!);
  const store = fileStore(join(folder, 'out'));
  const root = pathToFileURL(pool).href;
  await planFile(runId).write(store, plan);
  await shardManifestFile(runId, 0).write(store, { index: 0, format: 'tar', root, parts: ['a.tar'] });
  await shardManifestFile(runId, 1).write(store, { index: 1, format: 'images', root, parts: ['loose/b.webp'] });
  const rows: MinedRow[] = [];
  for (const [rank, key] of MINED_KEYS.entries()) {
    const decoded = await decodeImage(files[key]!, config.image, config.limits);
    if (!isDecoded(decoded)) throw new Error(`${key}: ${decoded.detail}`);
    const shard = key.startsWith('a.tar') ? 0 : 1;
    const said = { label: rank % 2, score: 0.9 - rank / 10, probability: 0.75, weight: 1 };
    rows.push({ key, shard, row: rank, sha256: decoded.sha256, rank, ...said });
  }
  await minedFile(runId, 0).write(store, { score: 'similarity', classes, rows });
  await minedSummaryFile(runId, 0).write(store, minedSummaryOf(rows.length));
  return { run: join(folder, 'out', 'runs', runId), pool, files };
};

function minedSummaryOf(mined: number) {
  const { rejected: _, ...summary } = toyMinedSummary({ mined });
  return summary;
}
