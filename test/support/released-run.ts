import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { releaseFiles } from '../../core/artifacts/release.ts';
import { sha256 } from '../../core/format/sha256.ts';
import { formatChecksums, parseChecksums } from '../../core/publish/release/checksums.ts';
import { type Verification, verifyRelease } from '../../core/publish/release/verify.ts';
import type { Measuring } from '../../core/publish/release/verify-accuracy.ts';
import { scorePredictions } from '../../core/statistics/score-predictions.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { BY_SEED, benchmark, RUN, summary, writeSmallRelease } from './small-release.ts';

/** An image of the release. */
export const IMAGE = 'packed-ipc1/train/happy/packed-ipc1-00000-0.png';

export const storeAt = (folder: string): Store => openStore(pathToFileURL(folder).href);

/** Measures what the release prints, unless told otherwise. @param accuracies - of the set, by seed */
export const measuring = (change: Partial<Measuring> = {}, accuracies = [0.5, 0.7]): Measuring => ({
  startBackend: async () => summary.backend,
  readBenchmark: async () => benchmark,
  score: async (_set, _benchmark, _config, seed) => ({
    ...scorePredictions(Float32Array.of(1, 0), Int32Array.of(0), 2),
    accuracy: accuracies[seed]!,
  }),
  scoreStudent: async () => BY_SEED[0]!,
  ...change,
});

/** A small release in a folder of its own, written anew for each test of a file; to be called at its top. */
export interface ReleasedRun {
  /** Of the store that the run lies in. */
  readonly root: string;
  readonly release: string;
  verify(change?: Partial<Measuring>, accuracies?: number[]): Promise<Verification>;
  /** Lists the new content in SHA256SUMS, as a careful forger would. */
  forge(path: string, bytes: Buffer): Promise<void>;
}

export const releasedRun = (): ReleasedRun => {
  let root = '';
  const release = (): string => join(root, 'runs', RUN, 'release');
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'release-'));
    await writeSmallRelease(storeAt(root));
  });
  afterEach(() => rm(root, { recursive: true }));
  return {
    get root() {
      return root;
    },
    get release() {
      return release();
    },
    verify: (change, accuracies) => verifyRelease(storeAt(release()), { measuring: measuring(change, accuracies) }),
    async forge(path, bytes) {
      const list = join(release(), releaseFiles.checksums.key);
      await writeFile(join(release(), path), bytes);
      const sums = parseChecksums(await readFile(list, 'utf8'));
      await writeFile(list, formatChecksums(sums.set(path, sha256(bytes))));
    },
  };
};
