import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ShardManifest } from '../../../../core/contracts/plan.ts';
import type { DecodedItem } from '../../../../core/data/decode-items.ts';
import { readShard } from '../../../../core/data/pool/read-shard.ts';
import { readTar } from '../../../../core/data/pool/tar-images.ts';
import { openStore } from '../../../../core/store/open.ts';
import { collect, folderWith, greyPixels, greyPng, IMAGE, LIMITS, tarOf } from '../../../support/images.ts';

const tarAt = (root: string, name = 'p.tar'): ShardManifest => ({ index: 0, format: 'tar', root, parts: [name] });

const brief = (items: readonly DecodedItem[]): string[] =>
  items.map((item) => (item.kind === 'image' ? item.key : `${item.rejection.key}: ${item.rejection.reason}`));

const readTarBytes = async (bytes: Buffer): Promise<DecodedItem[]> =>
  collect(readShard(tarAt(await folderWith({ 'p.tar': bytes })), IMAGE, LIMITS));

const faces = async (count: number): Promise<[string, Buffer][]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i): Promise<[string, Buffer]> => [`f${i}.png`, await greyPng(i)]),
  );

describe('a tar shard', () => {
  it('gives its images in archive order and ignores what is none', async () => {
    const png = await greyPng(1);
    const items = await readTarBytes(
      await tarOf([
        ['z/b.PNG', png],
        ['z/b.json', '{}'],
        ['z/b.cls', '3'],
        ['./a.v2.png', png],
        ['.hidden/x.png', png],
        ['__MACOSX/._x.png', png],
        [`${'deep/'.repeat(40)}long.png`, png],
        ['broken.jpg', 'not an image'],
        ['empty.webp', ''],
      ]),
    );
    expect(brief(items)).toEqual([
      'p.tar/z/b.PNG',
      // As Python's tarfile is asked for it.
      'p.tar/./a.v2.png',
      // Only in a folder is what begins with a dot hidden: archives keep paths such as home/u/.cache/x.png.
      'p.tar/.hidden/x.png',
      `p.tar/${'deep/'.repeat(40)}long.png`,
      'p.tar/broken.jpg: undecodable',
      'p.tar/empty.webp: empty',
    ]);
    expect(items[0]).toMatchObject({ pixels: new Uint8Array(greyPixels(1)) });
  });

  it('takes the names of members for names, never for paths of this machine', async () => {
    const png = await greyPng(1);
    const names = ['../../../evil.png', '/etc/evil.png', 'a\u001b[2Jb.png', `${'n'.repeat(5000)}.png`, 'c\\..\\d.png'];
    const folder = await folderWith({ 'p.tar': await tarOf(names.map((name) => [name, png])) });
    const items = await collect(readShard(tarAt(folder), IMAGE, LIMITS));
    expect(brief(items)).toEqual(names.map((name) => `p.tar/${name}`));
    expect((await collect(openStore(folder).list(''))).map(({ key }) => key)).toEqual(['p.tar']);
  });

  it('starts keys with the path of the tar, so that tars of one name do not mix', async () => {
    const folder = await folderWith({ 'a/p.tar': await tarOf(await faces(1)) });
    const items = await collect(readShard(tarAt(folder, 'a/p.tar'), IMAGE, LIMITS));
    expect(brief(items)).toEqual(['a/p.tar/f0.png']);
  });

  it('passes over a member that is too long without keeping it', async () => {
    const [first, last] = await faces(2);
    const items = await readTarBytes(await tarOf([first!, ['big.png', Buffer.alloc(100_001)], last!]));
    expect(brief(items)).toEqual(['p.tar/f0.png', 'p.tar/big.png: too-many-bytes', 'p.tar/f1.png']);
  });

  it('gives what came before the cut, and says where the cut is', async () => {
    const png = await greyPng(1);
    const whole = await tarOf([
      ['a.png', png],
      ['b.png', png],
    ]);
    const second = 512 + Math.ceil(png.length / 512) * 512;
    const inside = await readTarBytes(whole.subarray(0, second + 600));
    expect(brief(inside)).toEqual(['p.tar/a.png', 'p.tar: truncated-archive']);
    expect(inside[1]).toMatchObject({ rejection: { detail: expect.stringContaining(`ends at byte ${second + 600}`) } });
    const between = await readTarBytes(whole.subarray(0, second));
    expect(brief(between)).toEqual(['p.tar/a.png', 'p.tar: truncated-archive']);
  });

  it('gives what came before a damaged header', async () => {
    const png = await greyPng(1);
    const whole = await tarOf([
      ['a.png', png],
      ['b.png', png],
    ]);
    const second = 512 + Math.ceil(png.length / 512) * 512;
    whole.fill(7, second, second + 512);
    const items = await readTarBytes(whole);
    expect(brief(items)).toEqual(['p.tar/a.png', 'p.tar: truncated-archive']);
    expect(items[1]).toMatchObject({ rejection: { detail: expect.stringContaining(`behind byte ${second}`) } });
  });

  it.each([
    ['garbage', Buffer.from('garbage '.repeat(200))],
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.alloc(300, 1)],
  ])('is unreadable as a whole when it is %s', async (_, bytes) => {
    await expect(readTarBytes(bytes)).rejects.toMatchObject({
      name: 'ShardUnreadableError',
      offset: 0,
      exitCode: 65,
      uri: expect.stringMatching(/p\.tar$/),
    });
  });

  it('of tar v7, which has no magic, is read by its check sum', async () => {
    const whole = await tarOf(await faces(1));
    whole.fill(0, 257, 265);
    whole.fill(0x20, 148, 156);
    const sum = whole.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    whole.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(brief(await readTarBytes(whole))).toEqual(['p.tar/f0.png']);
  });

  it('does not take a broken connection for a broken archive', async () => {
    const whole = await tarOf(await faces(2));
    const stream = Readable.from(
      (async function* () {
        yield whole.subarray(0, 600);
        throw new Error('connection lost');
      })(),
      { objectMode: false },
    );
    await expect(collect(readTar({ uri: 'x', name: 'x', stream }, 1e6))).rejects.toThrow('connection lost');
  });

  it('closes the stream when the reader has enough', async () => {
    const stream = Readable.from([await tarOf(await faces(3))], { objectMode: false });
    for await (const _ of readTar({ uri: 'x', name: 'x', stream }, 1e6)) break;
    expect(stream.destroyed).toBe(true);
  });

  it('of a format or with parts that this version does not know is refused, not read as something else', async () => {
    const manifest = { index: 3, root: 'file:///pool', parts: ['a.tar'] };
    await expect(collect(readShard({ ...manifest, format: 'cab' }, IMAGE, LIMITS))).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^Shard 3 is of the format "cab"; known are tar, zip, .*images\./),
    });
    const wrong = { ...manifest, format: 'tar', parts: [{ from: 1, to: 2 }] };
    await expect(collect(readShard(wrong, IMAGE, LIMITS))).rejects.toThrow(
      /^Invalid manifest of shard 3\. 0: .*string/,
    );
  });
});
