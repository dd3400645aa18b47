import { beforeAll, describe, expect, it } from 'vitest';
import { copyGuard } from '../../../core/copies/copy-guard.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { portrait, portraits } from '../../support/portraits.ts';

const references = { ...thumbnailsOf(portraits(1, 2)), keys: ['benchmarks.held/a/1.png', 'benchmarks.held/b/2.png'] };

describe('Function: copyGuard', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('names the benchmark image that an image is a copy of, and how alike they are', () => {
    const guard = copyGuard(references, { threshold: 0.93 }, 'near-benchmark');
    expect(guard.judge(thumbnailsOf(portraits(9, 2)))).toEqual([
      undefined,
      { reason: 'near-benchmark', detail: 'likeness 1.0000 to benchmarks.held/b/2.png' },
    ]);
    guard.dispose();
  });

  it('lets pass what is less alike than the threshold', () => {
    const guard = copyGuard(references, { threshold: 1.01 }, 'near-benchmark');
    expect(guard.judge(thumbnailsOf(portraits(2)))).toEqual([undefined]);
    guard.dispose();
  });

  it.each([16, 32, 96])('knows an image in colour and at %i px, since a run chooses both', (size) => {
    const guard = copyGuard(references, { threshold: 0.93 }, 'near-benchmark');
    const pixels = Uint8Array.from([...portrait(1, size)].flatMap((grey) => [grey, grey, grey]));
    expect(guard.judge(thumbnailsOf({ size, channels: 3, count: 1, pixels }))[0]?.detail).toContain(
      'benchmarks.held/a/1.png',
    );
    guard.dispose();
  });
});
