import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classifierFiles } from '../../../../core/artifacts/classifier.ts';
import { readDistilled } from '../../../../core/artifacts/distilled.ts';
import { releaseFiles } from '../../../../core/artifacts/release.ts';
import { releasedViewsFile, viewTable } from '../../../../core/artifacts/released-views.ts';
import { bankData } from '../../../../core/bank/bank-data.ts';
import { onnxMetadata } from '../../../../core/exchange/onnx-messages.ts';
import { decodeParquet } from '../../../../core/format/parquet.ts';
import { encodePng } from '../../../../core/format/png.ts';
import { decodeSafetensors } from '../../../../core/format/safetensors.ts';
import { sha256 } from '../../../../core/format/sha256.ts';
import { formatChecksums, parseChecksums } from '../../../../core/publish/release/checksums.ts';
import { verifyRelease } from '../../../../core/publish/release/verify.ts';
import type { Measuring } from '../../../../core/publish/release/verify-accuracy.ts';
import { scorePredictions } from '../../../../core/statistics/score-predictions.ts';
import { openStore } from '../../../../core/store/open.ts';
import type { Store } from '../../../../core/store/store.ts';
import { selectBackend } from '../../../../core/tensor/backend.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { BY_SEED, benchmark, RUN, summary, writeSmallRelease } from '../../../support/small-release.ts';

const storeAt = (folder: string): Store => openStore(pathToFileURL(folder).href);

const IMAGE = 'packed-ipc1/train/happy/packed-ipc1-00000-0.png';
let root: string;
let release: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-'));
  await writeSmallRelease(openStore(pathToFileURL(root).href));
  release = join(root, 'runs', RUN, 'release');
});
afterEach(() => rm(root, { recursive: true }));

/** Measures what the release prints, unless told otherwise. */
const measuring = (change: Partial<Measuring> = {}, accuracies = [0.5, 0.7]): Measuring => ({
  startBackend: async () => summary.backend,
  readBenchmark: async () => benchmark,
  score: async (_set, _benchmark, _config, seed) => ({
    ...scorePredictions(Float32Array.of(1, 0), Int32Array.of(0), 2),
    accuracy: accuracies[seed]!,
  }),
  scoreStudent: async () => BY_SEED[0]!,
  ...change,
});
const verify = (change?: Partial<Measuring>, accuracies?: number[]) =>
  verifyRelease(storeAt(release), { measuring: measuring(change, accuracies) });

/** Lists the new content in SHA256SUMS, as a careful forger would. */
const forge = async (path: string, bytes: Buffer): Promise<void> => {
  await writeFile(join(release, path), bytes);
  const sums = parseChecksums(await readFile(join(release, releaseFiles.checksums.key), 'utf8'));
  await writeFile(join(release, releaseFiles.checksums.key), formatChecksums(sums.set(path, sha256(bytes))));
};

describe('a release', () => {
  it('never holds whole pool images: baselines stay out', async () => {
    const files = await readdir(release, { recursive: true });
    expect(files).toContain(IMAGE);
    expect(files.filter((file) => file.includes('random'))).toEqual([]);
  });

  it('tells nobody where it was made: no path of the machine is in it', async () => {
    const entries = await readdir(release, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      // What is packed in a table is looked at unpacked.
      const rows = entry.name.endsWith('.parquet') ? await decodeParquet(bytes, z.record(z.string(), z.unknown())) : [];
      const text = `${bytes.toString('latin1')}${inspect(rows, { depth: 5, maxArrayLength: null })}`;
      expect(text.includes('file://') || text.includes(root), entry.name).toBe(false);
    }
  });

  it('says in every file of tensors what it is', async () => {
    const names = (await readdir(release, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
    expect(names).toHaveLength(6);
    for (const name of names) {
      expect(JSON.stringify(decodeSafetensors(await readFile(join(release, name))).metadata), name).toContain('happy');
    }
  });

  it('lists every file but the list', async () => {
    const entries = await readdir(release, { recursive: true, withFileTypes: true });
    const sums = parseChecksums(await readFile(join(release, releaseFiles.checksums.key), 'utf8'));
    expect(sums.size).toBe(entries.filter((entry) => entry.isFile()).length - 1);
  });

  it('sends labels of views with each set, and those of the labelled images without the images', async () => {
    await selectBackend({ forced: 'wasm' });
    const store = openStore(pathToFileURL(release).href);
    const set = await readDistilled(store, 'packed-ipc1');
    const views = bankData(set.bank!, set);
    expect(views.make(1)).toHaveLength(16 * 16);
    views.targets.forEach((p, i) => expect(p).toBeCloseTo([0.8, 0.2, 0.4, 0.6][i]!, 2));
    const labelled = bankData(await releaseFiles.labelledBank.read(store), benchmark);
    expect(labelled.count).toBe(2);
    expect((await releaseFiles.labelledImages.read(store)).split('\n')).toEqual([
      `{"file":"happy/1.png","class":"happy","sha256":"${'a'.repeat(64)}"}`,
      `{"file":"sad/1.png","class":"sad","sha256":"${'b'.repeat(64)}"}`,
      '',
    ]);
    expect((await readdir(join(release, 'labelled'))).sort()).toEqual(['bank.safetensors', 'images.jsonl']);
  });

  it('holds the student and the ensemble in forms that others load, and a card that says what they are', async () => {
    const files = await readdir(join(release, 'model'), { recursive: true });
    expect(files.sort()).toEqual([
      ...[
        'ensemble.onnx',
        'ensemble.safetensors',
        'student-tfjs',
        'student-tfjs/model.json',
        'student-tfjs/weights.bin',
      ],
      ...['student.onnx', 'student.safetensors'],
    ]);
    const store = openStore(pathToFileURL(release).href);
    const { card, nets } = await classifierFiles('student').tensors.read(store);
    expect(card).toMatchObject({ runId: RUN, role: 'consistent', seeds: [0], classes: ['happy', 'sad'], size: 16 });
    expect(nets).toHaveLength(1);
    expect((await classifierFiles('ensemble').tensors.read(store)).nets).toHaveLength(2);
    expect(onnxMetadata(await classifierFiles('student').onnx.read(store)).classes).toBe('["happy","sad"]');
    const text = await readFile(join(release, 'MODEL.md'), 'utf8');
    expect(text).toContain('A net that tells 2 classes apart: happy and sad.');
    expect(text).toContain('| student (`consistent`) | 60.0 (');
    expect(text).toContain('the released student by itself: 50.0.');
    expect(text).toContain('| happy | 40.0 |');
    expect(text).toContain('No stage of the run chose anything on a benchmark');
  });

  it('gives loaders a line per view with its own soft label, so that images of folders are what nets learn from', async () => {
    const text = await readFile(join(release, 'packed-ipc1/train/metadata.jsonl'), 'utf8');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(8);
    expect(rows[5]).toEqual({
      file_name: 'sad/packed-ipc1-00001-1.png',
      label: 1,
      class_name: 'sad',
      soft_label: [0.75, 0.25],
      set: 'packed-ipc1',
      index: 1,
      view: 1,
      made_from: ['pool-0.tar/b1.png'],
    });
  });

  it('carries the mined set and says in the card that the images are of real pool images', async () => {
    expect(
      await decodeParquet(await readFile(join(release, 'mined/mined.parquet')), z.record(z.string(), z.unknown())),
    ).toHaveLength(1);
    const card = await readFile(join(release, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\npretty_name: .*\nlicense: other\n/);
    expect(card).toContain('**The images are made from real pool images.**');
    expect(card).toContain('| only/packed-ipc1 | 70.0 | 70.0 | +10.0\u00a0(+10.0\u00a0to\u00a0+10.0) | gain |');
    expect(card).toContain('* `packed-ipc1`: Its images are copies of real images, or near to it: of 8 views');
    expect(card).toContain('| primitive | 60.0 | 60.0 |  |  |');
    expect(card).toContain('proves nothing: a claim rests on one');
  });
});

describe('verifyRelease', () => {
  it('holds a set against the copies that its run allows, and says what it is where it allows any number', async () => {
    const words = 'packed-ipc1: 100.0\u202f% of the views are copies of real images, or near to it;';
    expect((await verify()).lines.join('\n')).toContain(`ok    ${words} any number of them is allowed.`);
    const path = releaseFiles.evaluation.key;
    const evaluation = JSON.parse(await readFile(join(release, path), 'utf8'));
    evaluation.config.distill.privacy.maximumCopies = 0.05;
    await forge(path, Buffer.from(JSON.stringify(evaluation)));
    const { ok, lines } = await verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain(`FAIL  ${words} 5.0\u202f% allowed.`);
  });

  it('is content with what was released', async () => {
    const { ok, lines } = await verify();
    // Of a set that was drawn twice, the first draw is what was given away.
    expect(lines.join('\n')).toContain('60.00\u202f% measured, 60.00\u202f% printed of this draw; same backend (wasm)');
    expect(lines.at(-1)).toBe('The release is what it says.');
    expect(ok).toBe(true);
  });

  it.each([
    ['has changed', (path: string) => writeFile(path, 'x')],
    ['is missing', (path: string) => rm(path)],
  ])('names a file that %s', async (words, harm) => {
    await harm(join(release, IMAGE));
    const { ok, lines } = await verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain(`FAIL  ${IMAGE} ${words}`);
  });

  it('names a file that nobody listed', async () => {
    await writeFile(join(release, 'extra.txt'), '');
    const { ok, lines } = await verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('extra.txt is not listed');
  });

  it('passes over what a hub, git or a desktop has put beside it, and says so', async () => {
    await mkdir(join(release, '.git'));
    for (const name of ['.gitattributes', '.git/HEAD', 'packed-ipc1/.DS_Store'])
      await writeFile(join(release, name), 'x');
    const { ok, lines } = await verify();
    expect(lines.join('\n')).toContain('Passed over: 3 files of a hub, of git or of a desktop.');
    expect(ok).toBe(true);
  });

  it('finds an image that was exchanged together with its checksum', async () => {
    await forge(IMAGE, encodePng(new Uint8Array(16 * 16).fill(200), 16, 16, 1));
    const { ok, lines } = await verify();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toMatch(new RegExp(`FAIL {2}${IMAGE} differs from images.safetensors`));
  });

  it('asks the released student again: a net that was exchanged together with its checksum is found', async () => {
    expect((await verify()).lines.join('\n')).toContain(
      'ok    student on test: 50.00\u202f% measured, 50.00\u202f% printed of its seed.',
    );
    const { ok, lines } = await verify({ scoreStudent: async () => 0.45 });
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('FAIL  student on test: 45.00');
  });

  it('refuses a number that is off by one image of one seed on the same backend', async () => {
    const { ok, lines } = await verify({}, [0.5, 0.7001]);
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('FAIL  packed-ipc1 alone on test');
  });

  it.each([
    [true, [0.52, 0.71]],
    [false, [0.53, 0.72]],
  ])('on another backend takes two points as the limit: ok is %s for %j', async (expected, accuracies) => {
    const startBackend = async () => ({ name: 'tensorflow', versions: {}, threads: 1 });
    expect((await verify({ startBackend }, accuracies)).ok).toBe(expected);
  });

  it.each([
    ['Tesla T4', 'same GPU (Tesla T4), which repeats no bits, the mean within 1 points', 0.71, true],
    ['Tesla T4', 'same GPU', 0.74, false],
    ['NVIDIA A10G', 'other backend (tensorflow-gpu on NVIDIA A10G here, tensorflow-gpu on Tesla T4 then)', 0.73, true],
  ])('asks a GPU for no equal bits: %s, %s', async (device, words, second, expected) => {
    const gpu = { name: 'tensorflow-gpu', versions: { 'tfjs-core': '4.22.0' }, threads: 1 };
    const printed = JSON.parse(await readFile(join(release, 'eval.json'), 'utf8')) as object;
    const backend = { ...gpu, device: 'Tesla T4' };
    await forge('eval.json', Buffer.from(JSON.stringify({ ...printed, backend })));
    const startBackend = async () => ({ ...gpu, device });
    const { ok, lines } = await verify({ startBackend }, [0.5, second]);
    expect(lines.join('\n')).toContain(words);
    expect(ok).toBe(expected);
  });

  it('does not ask for equal bits from another number of threads', async () => {
    const startBackend = async () => ({ name: 'wasm', versions: { 'tfjs-core': '4.22.0' }, threads: 2 });
    expect((await verify({ startBackend }, [0.52, 0.71])).ok).toBe(true);
  });

  it('says so when a benchmark is not at hand, and trains nothing', async () => {
    const readBenchmark = () => Promise.reject(new Error('gone'));
    const score = () => {
      throw new Error('must not train');
    };
    const { ok, lines } = await verify({ readBenchmark, score });
    expect(ok).toBe(true);
    expect(lines.join('\n')).toMatch(/^skip {2}Benchmark test .* Accuracy was NOT measured again/m);
    expect(lines.at(-1)).toBe('What was checked is what the release says. NOT checked: accuracy on test.');
  });

  it('away from its run knows no place of a benchmark, and asks for one', async () => {
    const copy = join(root, 'copy');
    await cp(release, copy, { recursive: true });
    const away = await verifyRelease(storeAt(copy), { measuring: measuring() });
    expect(away.ok).toBe(true);
    expect(away.lines.join('\n')).toContain("lay on the publisher's machine; give --benchmark test=DIR.");
    const told = await verifyRelease(storeAt(copy), { benchmarks: { test: 'file:///x' }, measuring: measuring() });
    expect(told.lines.join('\n')).toContain('student on test: 50.00');
  });

  it('needs no folder of this machine: a release in S3 is checked where it lies', async () => {
    const objects = new Map<string, Buffer>();
    for await (const { key } of storeAt(release).list('')) objects.set(key, await readFile(join(release, key)));
    const inS3 = { ...memoryStore(objects), root: `s3://bucket/${RUN}` };
    const benchmarks = { test: 's3://bucket/benchmark' };
    expect((await verifyRelease(inS3, { benchmarks, measuring: measuring() })).lines.at(-1)).toBe(
      'The release is what it says.',
    );
  });

  it('finds a soft label, or a class, that was exchanged in the table that others load', async () => {
    const table = releasedViewsFile('packed-ipc1', ['happy', 'sad']);
    const rows = await table.read(storeAt(release));
    for (const change of [{ label: 1 }, { soft_label: [0, 1] }]) {
      const changed = rows.map((row, i) => (i === 2 ? { ...row, ...change } : row));
      await forge(table.key, Buffer.from(viewTable(['happy', 'sad']).encode(changed)));
      const { ok, lines } = await verify();
      expect(ok).toBe(false);
      expect(lines.join('\n')).toContain('FAIL  packed-ipc1/train.parquet: the label of view 2 is not that of');
    }
  });

  it('refuses a benchmark name that the release does not know', async () => {
    const { ok, lines } = await verifyRelease(storeAt(release), {
      benchmarks: { tset: 'file:///x' },
      measuring: measuring(),
    });
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('not measured on "tset"; it knows test');
  });

  it('says which folder is none', async () => {
    await expect(verifyRelease(storeAt(join(root, 'nowhere')))).rejects.toThrow('nowhere');
  });
});
