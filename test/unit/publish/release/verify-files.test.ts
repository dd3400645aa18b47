import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseFiles } from '../../../../core/artifacts/release.ts';
import { releasedViewsFile, viewTable } from '../../../../core/artifacts/released-views.ts';
import { encodePng } from '../../../../core/format/png.ts';
import { verifyRelease } from '../../../../core/publish/release/verify.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { IMAGE, measuring, releasedRun, storeAt } from '../../../support/released-run.ts';
import { RUN } from '../../../support/small-release.ts';

const run = releasedRun();

describe('verifyRelease of files', () => {
  it('holds a set against the copies that its run allows, and says what it is where it allows any number', async () => {
    const words = 'packed-ipc1: 100.0\u202f% of the views are copies of real images, or near to it;';
    expect((await run.verify()).lines.join('\n')).toContain(`ok    ${words} any number of them is allowed.`);
    const path = releaseFiles.evaluation.key;
    const evaluation = JSON.parse(await readFile(join(run.release, path), 'utf8'));
    evaluation.config.distill.privacy.maximumCopies = 0.05;
    await run.forge(path, Buffer.from(JSON.stringify(evaluation)));
    const { ok, lines } = await run.verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain(`FAIL  ${words} 5.0\u202f% allowed.`);
  });

  it('is content with what was released', async () => {
    const { ok, lines } = await run.verify();
    // Of a set that was drawn twice, the first draw is what was given away.
    expect(lines.join('\n')).toContain('60.00\u202f% measured, 60.00\u202f% printed of this draw; same backend (wasm)');
    expect(lines.at(-1)).toBe('The release is what it says.');
    expect(ok).toBe(true);
  });

  it.each([
    ['has changed', (path: string) => writeFile(path, 'x')],
    ['is missing', (path: string) => rm(path)],
  ])('names a file that %s', async (words, harm) => {
    await harm(join(run.release, IMAGE));
    const { ok, lines } = await run.verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain(`FAIL  ${IMAGE} ${words}`);
  });

  it('names a file that nobody listed', async () => {
    await writeFile(join(run.release, 'extra.txt'), '');
    const { ok, lines } = await run.verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('extra.txt is not listed');
  });

  it('passes over what a hub, git or a desktop has put beside it, and says so', async () => {
    await mkdir(join(run.release, '.git'));
    for (const name of ['.gitattributes', '.git/HEAD', 'packed-ipc1/.DS_Store'])
      await writeFile(join(run.release, name), 'x');
    const { ok, lines } = await run.verify();
    expect(lines.join('\n')).toContain('Passed over: 3 files of a hub, of git or of a desktop.');
    expect(ok).toBe(true);
  });

  it('finds an image that was exchanged together with its checksum', async () => {
    await run.forge(IMAGE, encodePng(new Uint8Array(16 * 16).fill(200), 16, 16, 1));
    const { ok, lines } = await run.verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toMatch(new RegExp(`FAIL {2}${IMAGE} differs from images.safetensors`));
  });

  it('needs no folder of this machine: a release in S3 is checked where it lies', async () => {
    const objects = new Map<string, Buffer>();
    for await (const { key } of storeAt(run.release).list('')) objects.set(key, await readFile(join(run.release, key)));
    const inS3 = { ...memoryStore(objects), root: `s3://bucket/${RUN}` };
    const benchmarks = { test: 's3://bucket/benchmark' };
    expect((await verifyRelease(inS3, { benchmarks, measuring: measuring() })).lines.at(-1)).toBe(
      'The release is what it says.',
    );
  });

  it('finds a soft label, or a class, that was exchanged in the table that others load', async () => {
    const table = releasedViewsFile('packed-ipc1', ['happy', 'sad']);
    const rows = await table.read(storeAt(run.release));
    for (const change of [{ label: 1 }, { soft_label: [0, 1] }]) {
      const changed = rows.map((row, i) => (i === 2 ? { ...row, ...change } : row));
      await run.forge(table.key, Buffer.from(viewTable(['happy', 'sad']).encode(changed)));
      const { ok, lines } = await run.verify();
      expect(ok).toBe(false);
      expect(lines.join('\n')).toContain('FAIL  packed-ipc1/train.parquet: the label of view 2 is not that of');
    }
  });

  it('says which folder is none', async () => {
    await expect(verifyRelease(storeAt(join(run.root, 'nowhere')))).rejects.toThrow('nowhere');
  });
});
