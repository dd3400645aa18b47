import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classifierFiles } from '../../../../core/artifacts/classifier.ts';
import { readDistilled } from '../../../../core/artifacts/distilled.ts';
import { releaseFiles } from '../../../../core/artifacts/release.ts';
import { bankData } from '../../../../core/bank/bank-data.ts';
import { onnxMetadata } from '../../../../core/format/onnx-messages.ts';
import { decodeParquet } from '../../../../core/format/parquet.ts';
import { decodeSafetensors } from '../../../../core/format/safetensors.ts';
import { parseChecksums } from '../../../../core/publish/release/checksums.ts';
import { selectBackend } from '../../../../core/tensor/backend.ts';
import { IMAGE, releasedRun, storeAt } from '../../../support/released-run.ts';
import { benchmark, RUN } from '../../../support/small-release.ts';

const run = releasedRun();

describe('a release', () => {
  it('never holds whole pool images: baselines stay out', async () => {
    const files = await readdir(run.release, { recursive: true });
    expect(files).toContain(IMAGE);
    expect(files.filter((file) => file.includes('random'))).toEqual([]);
  });

  it('tells nobody where it was made: no path of the machine is in it', async () => {
    const entries = await readdir(run.release, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      // What is packed in a table is looked at unpacked.
      const rows = entry.name.endsWith('.parquet') ? await decodeParquet(bytes, z.record(z.string(), z.unknown())) : [];
      const text = `${bytes.toString('latin1')}${inspect(rows, { depth: 5, maxArrayLength: null })}`;
      expect(text.includes('file://') || text.includes(run.root), entry.name).toBe(false);
    }
  });

  it('says in every file of tensors what it is', async () => {
    const names = (await readdir(run.release, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
    expect(names).toHaveLength(6);
    for (const name of names) {
      expect(JSON.stringify(decodeSafetensors(await readFile(join(run.release, name))).metadata), name).toContain(
        'happy',
      );
    }
  });

  it('lists every file but the list', async () => {
    const entries = await readdir(run.release, { recursive: true, withFileTypes: true });
    const sums = parseChecksums(await readFile(join(run.release, releaseFiles.checksums.key), 'utf8'));
    expect(sums.size).toBe(entries.filter((entry) => entry.isFile()).length - 1);
  });

  it('sends labels of views with each set, and those of the labelled images without the images', async () => {
    await selectBackend({ forced: 'wasm' });
    const store = storeAt(run.release);
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
    expect((await readdir(join(run.release, 'labelled'))).sort()).toEqual(['bank.safetensors', 'images.jsonl']);
  });

  it('holds the student and the ensemble in forms that others load, and a card that says what they are', async () => {
    const files = await readdir(join(run.release, 'model'), { recursive: true });
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
    const store = storeAt(run.release);
    const { card, nets } = await classifierFiles('student').tensors.read(store);
    expect(card).toMatchObject({ runId: RUN, role: 'consistent', seeds: [0], classes: ['happy', 'sad'], size: 16 });
    expect(nets).toHaveLength(1);
    expect((await classifierFiles('ensemble').tensors.read(store)).nets).toHaveLength(2);
    expect(onnxMetadata(await classifierFiles('student').onnx.read(store)).classes).toBe('["happy","sad"]');
    const text = await readFile(join(run.release, 'MODEL.md'), 'utf8');
    expect(text).toContain('A net that tells 2 classes apart: happy and sad.');
    expect(text).toContain('| student (`consistent`) | 60.0 (');
    expect(text).toContain('the released student by itself: 50.0.');
    expect(text).toContain('| happy | 40.0 |');
    expect(text).toContain('No stage of the run chose anything on a benchmark');
  });

  it('gives loaders a line per view with its own soft label, so that images of folders are what nets learn from', async () => {
    const text = await readFile(join(run.release, 'packed-ipc1/train/metadata.jsonl'), 'utf8');
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
      await decodeParquet(await readFile(join(run.release, 'mined/mined.parquet')), z.record(z.string(), z.unknown())),
    ).toHaveLength(1);
    const card = await readFile(join(run.release, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\npretty_name: .*\nlicense: other\n/);
    expect(card).toContain('**The images are made from real pool images.**');
    expect(card).toContain('| only/packed-ipc1 | 70.0 | 70.0 | +10.0\u00a0(+10.0\u00a0to\u00a0+10.0) | gain |');
    expect(card).toContain('* `packed-ipc1`: Its images are copies of real images, or near to it: of 8 views');
    expect(card).toContain('| primitive | 60.0 | 60.0 |  |  |');
    expect(card).toContain('proves nothing: a claim rests on one');
  });
});
