import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readData } from '../../../../bench/distill/data.ts';
import { tableOf } from '../../../../bench/distill/tables.ts';
import { imageAt } from '../../../../core/data/images.ts';
import { encodePng } from '../../../../core/format/png.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { idxOf } from '../tasks/fixture.ts';

describe('data of the distillation literature', () => {
  it('in files like those of MNIST lie in the middle of 32 × 32, as the reference code has them', async () => {
    const place = temporaryFolder();
    for (const part of ['train', 't10k']) {
      const images = new Uint8Array(2 * 28 * 28).fill(7);
      images[28 * 28] = 200;
      writeFileSync(join(place, `${part}-images-idx3-ubyte.gz`), gzipSync(idxOf([2, 28, 28], images)));
      writeFileSync(join(place, `${part}-labels-idx1-ubyte.gz`), gzipSync(idxOf([2], Uint8Array.of(1, 0))));
    }
    const { classes, training, test, flips } = await readData(place, place);
    expect({ classes, flips, count: training.count, size: test.size }).toEqual({
      classes: ['0', '1'],
      flips: true,
      count: 2,
      size: 32,
    });
    expect([...training.labels]).toEqual([1, 0]);
    const second = imageAt(training, 1);
    expect([second[0], second[2 * 32 + 2], second[2 * 32 + 3], second[31 * 32 + 31]]).toEqual([0, 200, 7, 0]);
  });

  it('in class folders are read in colour', async () => {
    const place = temporaryFolder();
    for (const part of ['train', 'test']) {
      for (const name of ['cat', 'dog']) {
        mkdirSync(join(place, part, name), { recursive: true });
        const pixels = new Uint8Array(32 * 32 * 3).fill(name === 'cat' ? 40 : 90);
        writeFileSync(join(place, part, name, '0.png'), encodePng(pixels, 32, 32, 3));
      }
    }
    const { classes, training, test } = await readData(place, place);
    expect({ classes, channels: training.channels, labels: [...test.labels] }).toEqual({
      classes: ['cat', 'dog'],
      channels: 3,
      labels: [0, 1],
    });
  });

  it('that are neither are refused with what they may be', async () => {
    await expect(readData(temporaryFolder(), '/nowhere')).rejects.toThrow(
      /is no data\. It must be mnist, .*train\/<class>\//,
    );
  });

  it('are shown beside what was published, at the same number of images', () => {
    const found = [0.5, 0.6].map((accuracy) => ({ method: 'random', ipc: 10, accuracy, seconds: 2 }) as const);
    const lines = tableOf('cifar-10', found).split('\n');
    expect(lines).toContain('| `random` | 55.0 ± 7.1 (2 s) |  |');
    expect(lines).toContain('| DM | 48.9 | Zhao and Bilen, WACV 2023 |');
  });

  it('are shown apart for the one net that a set was made for, which no other method has', () => {
    const found = [
      { method: 'unrolled', ipc: 1, accuracy: 0.5, seconds: 2, knownStart: 0.75 },
      { method: 'random', ipc: 1, accuracy: 0.4, seconds: 2 },
    ] as const;
    const lines = tableOf('mnist', found).split('\n');
    expect(lines).toContain('| `unrolled`, the net it was made for | 75.0 ± 0.0 (2 s) |  |');
    expect(lines.filter((line) => line.includes('the net it was made for'))).toHaveLength(1);
  });
});
