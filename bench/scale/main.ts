/**
 * What the functions of the workflow need for a pool of a given size, on the objects that the miners would leave:
 * `npm run bench:scale -- 40 400 2330`, in shards of 2,500 images. Each stage is a process of its own with the heap that
 * Lambda would give it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aggregateRound } from '../../core/aggregate/aggregate-stage.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { readMinedRows } from '../../core/artifacts/mined-rows.ts';
import { planFile } from '../../core/artifacts/run.ts';
import type { Summary } from '../../core/contracts/summary.ts';
import { dividePool } from '../../core/plan/list-pool.ts';
import { folder } from '../../core/plan/pool-objects.ts';
import { readMinedClasses } from '../../core/publish/mined-classes.ts';
import { readRunStats } from '../../core/publish/run-stats.ts';
import { fileStore } from '../../core/store/file.ts';
import type { Store } from '../../core/store/store.ts';
import { countingStore, type Requests } from './counting-store.ts';
import { IMAGES_PER_SHARD, RUN, writeShards } from './pool.ts';

/** A function of 3,008 MiB, less what is no heap. */
const HEAP_MIB = 2700;

const STAGES: Readonly<Record<string, (store: Store, shards: number) => Promise<unknown>>> = {
  'Plan, single images': planned,
  Aggregate: (store) => aggregateRound(store, RUN, 0),
  'Publish, the stats of the jobs': async (store) => readRunStats(store, await planFile(RUN).read(store), 0),
  'Publish, of the mined set': ofMinedSet,
  'the mined set whole': (store) => minedFile(RUN, 0).read(store),
};

const [first = '', ...rest] = process.argv.slice(2);
if (first in STAGES) await measure(first, rest[0]!, Number(rest[1]));
else await main([first, ...rest].map(Number));

async function main(sizes: readonly number[]): Promise<void> {
  console.log(
    '| images | stage | CPU s | peak MiB | GET | PUT | MB read |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  for (const shards of sizes) {
    const path = mkdtempSync(join(tmpdir(), 'omnidistill-scale-'));
    try {
      await writeShards(fileStore(path), shards);
      for (const stage of Object.keys(STAGES)) {
        const script = fileURLToPath(import.meta.url);
        const node = ['--import', 'tsx', `--max-old-space-size=${HEAP_MIB}`, script, stage, path, String(shards)];
        process.stdout.write(execFileSync(process.execPath, node, { encoding: 'utf8' }));
      }
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

async function measure(stage: string, path: string, shards: number): Promise<void> {
  const { store, requests } = countingStore(fileStore(path));
  const before = process.cpuUsage();
  await STAGES[stage]!(store, shards);
  const { user, system } = process.cpuUsage(before);
  console.log(row(stage, shards, (user + system) / 1e6, requests));
}

function row(stage: string, shards: number, seconds: number, { gets, puts, megabytes }: Requests): string {
  const figures = [seconds, process.resourceUsage().maxRSS / 1024, gets, puts, megabytes].map((figure) =>
    figure.toLocaleString('en-US', { maximumFractionDigits: figure < 10 ? 1 : 0 }),
  );
  return `| ${[(shards * IMAGES_PER_SHARD).toLocaleString('en-US'), stage, ...figures].join(' | ')} |`;
}

/** A folder of single images that nobody has to make; S3 lists a thousand keys with a request. */
async function planned(store: Store, shards: number): Promise<void> {
  const listed = {
    ...store,
    async *list() {
      for (let i = 0; i < shards * IMAGES_PER_SHARD; i++) {
        if (i % 1000 === 0) await store.has('a page of the listing');
        yield { key: `faces/${String(i).padStart(9, '0')}.jpg`, size: 3000 };
      }
    },
  };
  await dividePool(folder(listed), IMAGES_PER_SHARD, (shard) =>
    store.put(`runs/${RUN}/shards/${shard.index}.json`, JSON.stringify(shard)),
  );
}

/** What report, audit by hand and release take of it, but for pixels. */
async function ofMinedSet(store: Store): Promise<void> {
  const { classes } = await planFile(RUN).read(store);
  const summary = { runId: RUN, classes, mined: { round: 0 } } as unknown as Summary;
  for (const each of [18, 20]) {
    const found = await readMinedClasses(store, summary);
    await readMinedRows(
      store,
      RUN,
      0,
      found.flatMap(({ ranks }) => [...ranks.subarray(0, each)]),
    );
  }
  await minedFile(RUN, 0).bytes(store);
}
