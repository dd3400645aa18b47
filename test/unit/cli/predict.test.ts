import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PredictFlags, predict } from '../../../cli/predict.ts';
import { classifierCodec, classifierFiles } from '../../../core/artifacts/classifier.ts';
import { encodeOnnx } from '../../../core/exchange/onnx.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { folderWith, greyPng } from '../../support/images.ts';
import { TOY_CLASSES, toyClassifier } from '../../support/toy-classifier.ts';

const [student, ensemble] = [toyClassifier({ size: 16 }), toyClassifier({ size: 16 }, 2)];

const releaseFolder = (): Promise<string> => {
  const files = classifierFiles('student');
  return folderWith({
    [files.tensors.key]: Buffer.from(classifierCodec.encode(student)),
    [files.onnx.key]: encodeOnnx(student),
    [classifierFiles('ensemble').tensors.key]: Buffer.from(classifierCodec.encode(ensemble)),
  });
};

const folderOfImages = async (): Promise<string> =>
  fileURLToPath(await folderWith({ '=1+1.png': await greyPng(1), 'b.png': 'no image', 'c.png': await greyPng(2) }));

const said = async (inputs: readonly string[], flags: PredictFlags, below = ''): Promise<string> => {
  let text = '';
  await predict(`${fileURLToPath(await releaseFolder())}${below}`, inputs, flags, (more) => {
    text += more;
  });
  return text;
};

const csvRows = (text: string): Record<string, string>[] => parse(text, { columns: true });

describe('Function: predict', () => {
  beforeAll(() => selectBackend({ forced: 'wasm' }));

  it('prints a table with every class, the embedding and the reasons, in which no spreadsheet runs a name', async () => {
    const images = await folderOfImages();
    const rows = csvRows(await said([images], { csv: true, embedding: true }));
    expect(rows.map(({ input, key, reason }) => [input, key, reason])).toEqual([
      [images, "'=1+1.png", ''],
      [images, 'b.png', 'undecodable'],
      [images, 'c.png', ''],
    ]);
    const shares = TOY_CLASSES.map((name) => Number(rows[0]![`p_${name}`]));
    expect(shares.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    expect(rows[0]!.class).toBe(TOY_CLASSES[shares.indexOf(Math.max(...shares))]);
    expect(Number(rows[0]!.probability)).toBe(Math.max(...shares));
    expect(Object.keys(rows[0]!).filter((name) => /^e\d+$/.test(name))).toHaveLength(student.card.embeddingSize);
  });

  it('prints a JSON object a line', async () => {
    const images = await folderOfImages();
    const text = await said([images, join(images, 'c.png')], { json: true, embedding: true, ensemble: true });
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ input, key }) => [input, key])).toEqual([
      [images, '=1+1.png'],
      [images, 'b.png'],
      [images, 'c.png'],
      [join(images, 'c.png'), 'c.png'],
    ]);
    expect(rows[1]).toMatchObject({ reason: 'undecodable' });
    expect(Object.keys(rows[0].probabilities)).toEqual(expect.arrayContaining(TOY_CLASSES));
    expect(rows[0].embedding).toHaveLength(2 * ensemble.card.embeddingSize);
    // One image is the same image in whatever it is given.
    expect(rows[3].probabilities).toEqual(rows[2].probabilities);
  });

  it('prints a line for people, with the likeliest classes', async () => {
    const lines = (await said([await folderOfImages()], {})).trim().split('\n');
    expect(lines[0]).toMatch(/^=1\+1\.png {2}\S.* \d+\.\d %, .* \d+\.\d %, .* \d+\.\d %$/);
    expect(lines[1]).toMatch(/^b\.png {2}left out: cannot be decoded/);
  });

  it('says the same by onnxruntime and by the backend that trains, by any form of the model', async () => {
    const images = await folderOfImages();
    const [first, ...others] = [
      csvRows(await said([images], { csv: true })),
      csvRows(await said([images], { csv: true, backend: 'wasm' })),
      csvRows(await said([images], { csv: true }, '/model/student.onnx')),
      csvRows(await said([images], { csv: true, backend: 'wasm' }, '/model/student.safetensors')),
    ];
    for (const rows of others) {
      for (const name of TOY_CLASSES) {
        rows.forEach((row, i) => {
          const [one, other] = [row[`p_${name}`], first![i]![`p_${name}`]];
          expect(Math.abs(Number(one) - Number(other))).toBeLessThan(1e-4);
        });
      }
    }
  });

  it('names the argument that is wrong, before it reads an image', async () => {
    await expect(said(['/nowhere.png'], {})).rejects.toThrow(/^INPUT: .*nowhere\.png cannot be read/);
    const images = await folderOfImages();
    await expect(said([images], { backend: 'wasm' }, '/model/student.onnx')).rejects.toThrow(
      /is an ONNX file, and --backend wasm computes from tensors\. Give the \.safetensors/,
    );
    await expect(said([images], {}, '/nothing')).rejects.toThrow(/^MODEL: .* cannot be read/);
  });

  it('has its examples in the README: two lines from a run to a prediction', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
    expect(page).toContain('npx omnidistill predict result/runs/main image.jpg');
  });
});
