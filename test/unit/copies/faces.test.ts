import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHANGES } from '../../../bench/copies/changes.ts';
import { readBenchmark, readPool } from '../../../bench/copies/faces.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { copyCardOf } from '../../../core/copies/copy-card.ts';
import { copyFinder } from '../../../core/copies/copy-finder.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { imageAt } from '../../../core/data/images.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { album } from '../../support/portraits.ts';

const faces = process.env.OMNIDISTILL_BENCH_FACES;
const why = faces === undefined ? ' (skipped: OMNIDISTILL_BENCH_FACES names no folder)' : '';

describe.skipIf(faces === undefined)(`the guard of the benchmarks on real faces${why}`, { timeout: 600_000 }, () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('finds every changed benchmark image, and takes one face of other people in 500 for one at most', async () => {
    const benchmark = await readBenchmark(faces!);
    const thumbnails = thumbnailsOf(benchmark);
    const { threshold } = copyCardOf(thumbnails, resolveConfig('standard').mining.nearBenchmark!, 0);
    const finder = copyFinder(thumbnails);
    const rows = Array.from({ length: 40 }, (_, i) => i * Math.floor(benchmark.count / 40));
    for (const [name, change] of Object.entries(CHANGES)) {
      const changed = await Promise.all(rows.map(async (row) => change(imageAt(benchmark, row), benchmark.size)));
      const matches = finder.nearest(thumbnailsOf(album(...changed)));
      expect(
        matches.filter((match) => match === undefined || match.likeness < threshold),
        name,
      ).toEqual([]);
    }
    // None of these can be a copy of an image of FER2013.
    const others = await readPool(join(faces!, 'utkface-adult/pool'), 2000);
    const taken = finder.nearest(thumbnailsOf(others)).filter((match) => match && match.likeness >= threshold);
    expect(taken.length).toBeLessThanOrEqual(4);
    finder.dispose();
  });
});
