import { describe, expect, it } from 'vitest';
import { classifyImages } from '../../../core/classify/classify-images.ts';
import { sourcesOf } from '../../../core/classify/sources.ts';
import type { AskedClassifier } from '../../../core/nets/classify.ts';
import { collect, folderWith, greyPixels, greyPng, IMAGE, LIMITS, tarOf } from '../../support/images.ts';

/** Says the first pixel and the last. @param batches - where the number of images of each batch goes */
const firstAndLast = (batches: number[] = []): AskedClassifier => ({
  runtime: 'none',
  async classify({ pixels, count, size }) {
    batches.push(count);
    const values = size * size;
    const rows = Array.from({ length: count }, (_, i) => [pixels[i * values]!, pixels[(i + 1) * values - 1]!]);
    const said = Float32Array.from(rows.flat());
    return { logits: said, probabilities: said, embeddings: said };
  },
  dispose: async () => {},
});

const sources = (...uris: string[]) =>
  sourcesOf(
    uris.map((uri) => ({ typed: uri, uri })),
    (work) => work(),
  );

const rowsOf = async (uri: string, batches?: number[]) => {
  const [source] = await sources(uri);
  return (await collect(classifyImages(source!.shards, firstAndLast(batches), IMAGE, LIMITS))).map((item) =>
    item.kind === 'image' ? [item.key, ...item.probabilities] : [item.rejection.key, item.rejection.reason],
  );
};

const said = (seed: number): [number, number] => [greyPixels(seed)[0]!, greyPixels(seed).at(-1)!];

describe('classifyImages', () => {
  it('gives a row for each image in its order, the broken ones among them', async () => {
    const pool = await folderWith({
      'a.png': await greyPng(1),
      'b.png': 'no image',
      'c/d.png': await greyPng(2),
      'e.png': '',
      'f.png': await greyPng(3),
    });
    expect(await rowsOf(pool)).toEqual([
      ['a.png', ...said(1)],
      ['b.png', 'undecodable'],
      ['c/d.png', ...said(2)],
      ['e.png', 'empty'],
      ['f.png', ...said(3)],
    ]);
  });

  it('answers a single image, by its bytes or its name, also where it is broken', async () => {
    const folder = await folderWith({ 'a b.png': await greyPng(1), 'no-name': await greyPng(2), 'broken.jpg': 'x' });
    expect(await rowsOf(`${folder}/a%20b.png`)).toEqual([['a b.png', ...said(1)]]);
    expect(await rowsOf(`${folder}/no-name`)).toEqual([['no-name', ...said(2)]]);
    expect(await rowsOf(`${folder}/broken.jpg`)).toEqual([['broken.jpg', 'undecodable']]);
  });

  it('asks about single images of one folder together, or each would take a run of the net of its own', async () => {
    const folder = await folderWith({ 'a.png': await greyPng(1), 'b.png': 'x', 'c.png': await greyPng(2) });
    const other = await folderWith({ 'd.png': await greyPng(3) });
    const uris = ['a.png', 'b.png', 'c.png'].map((name) => `${folder}/${name}`);
    const found = await sources(...uris, `${other}/d.png`, other);
    expect(found.map(({ typed }) => typed)).toEqual([uris, [`${other}/d.png`], [other]]);
    const batches: number[] = [];
    const rows = await collect(classifyImages(found[0]!.shards, firstAndLast(batches), IMAGE, LIMITS));
    expect(rows).toHaveLength(uris.length);
    expect(batches).toEqual([2]);
  });

  it('goes on behind an archive that cannot be read', async () => {
    const members = await tarOf([
      ['1.png', await greyPng(1)],
      ['2.png', await greyPng(2)],
    ]);
    const pool = await folderWith({ 'a.tar': members, 'b.tar': Buffer.alloc(2000, 7), 'c.tar': members });
    expect(await rowsOf(pool)).toEqual([
      ['a.tar/1.png', ...said(1)],
      ['a.tar/2.png', ...said(2)],
      ['b.tar', 'unreadable'],
      ['c.tar/1.png', ...said(1)],
      ['c.tar/2.png', ...said(2)],
    ]);
  });

  it('asks about many at once, or a pool of millions would take days', async () => {
    const png = await greyPng(1);
    const members = await tarOf(Array.from({ length: 300 }, (_, i) => [`${i}.png`, png] as const));
    const batches: number[] = [];
    const rows = await rowsOf(`${await folderWith({ 'a.tar': members })}/a.tar`, batches);
    expect(rows.map(([key]) => key)).toEqual(Array.from({ length: 300 }, (_, i) => `a.tar/${i}.png`));
    expect(batches).toEqual([128, 128, 44]);
  });

  it('refuses a place that holds no image before anything is computed', async () => {
    await expect(sources(await folderWith({ 'notes.txt': 'x' }))).rejects.toThrow(/No image/);
  });
});
