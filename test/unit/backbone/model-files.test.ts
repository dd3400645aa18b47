import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { identifyModel, readModelFiles } from '../../../core/backbone/model-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeTinyBackbones } from '../../support/tiny-backbone.ts';

const sum = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

describe('Function: identifyModel', () => {
  it('gives the SHA-256 that anybody gets of the file, or a result could not be traced to its model', async () => {
    const folder = temporaryFolder();
    const { onnx } = await writeTinyBackbones(folder);
    const bytes = await readFile(join(folder, 'tiny.onnx'));
    expect(await identifyModel(onnx)).toEqual({ sha256: sum(bytes), bytes: bytes.length });
  });

  it('gives that of the list of sums where a model is several files', async () => {
    const folder = temporaryFolder();
    const { tfjs } = await writeTinyBackbones(folder);
    const [model, weights] = [await readFile(join(folder, 'model.json')), await readFile(join(folder, 'weights.bin'))];
    const list = `${sum(model)}  model.json\n${sum(weights)}  weights.bin\n`;
    expect(await identifyModel(tfjs)).toEqual({ sha256: sum(list), bytes: model.length + weights.length });
  });

  it.each([
    ['is not there', 'none.onnx', undefined, /config\.backbone: uri: There is no file:.*none\.onnx/],
    ['is empty', 'empty.onnx', '', /empty\.onnx is empty/],
    ['is no list of files', 'a.json', '[1', /does not list the files of a model/],
    ['asks for a file above it', 'b.json', '{"weightsManifest": [{"paths": ["../w.bin"]}]}', /does not list the files/],
    [
      'lacks its weights',
      'c.json',
      '{"weightsManifest": [{"paths": ["w.bin"]}]}',
      /c\.json names the file w\.bin, and/,
    ],
  ])('refuses a model that %s, before anything is spent', async (_, name, content, words) => {
    const folder = temporaryFolder();
    if (content !== undefined) await writeFile(join(folder, name), content);
    const found = identifyModel(pathToFileURL(join(folder, name)).href);
    await expect(found).rejects.toMatchObject({ name: 'BackboneError', exitCode: 64 });
    await expect(identifyModel(pathToFileURL(join(folder, name)).href)).rejects.toThrow(words);
  });
});

describe('Function: readModelFiles', () => {
  it('gives the very model that the run was planned with, and no other in its place', async () => {
    const folder = temporaryFolder();
    const { tfjs } = await writeTinyBackbones(folder);
    const planned = await identifyModel(tfjs);
    expect([...(await readModelFiles(tfjs, planned)).keys()]).toEqual(['model.json', 'weights.bin']);
    await appendFile(join(folder, 'weights.bin'), 'x');
    await expect(readModelFiles(tfjs, planned)).rejects.toThrow(/is not the model that the run was planned with/);
    await rm(join(folder, 'weights.bin'));
    await expect(readModelFiles(tfjs, planned)).rejects.toMatchObject({ exitCode: 65 });
  });
});
