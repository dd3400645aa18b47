import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type TaskData, UNKNOWN } from '../../../../bench/tasks/task.ts';
import { writeTask } from '../../../../bench/tasks/write-task.ts';
import { readLabelled } from '../../../../core/data/labelled/read-labelled.ts';
import { tarShards } from '../../../../core/data/pool/tar-shards.ts';
import { readAudit } from '../../../../core/data/read-audit.ts';
import { fileStore } from '../../../../core/store/file.ts';
import { collect, IMAGE, LIMITS } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { hashOf, numbered, numberedPng } from './fixture.ts';

const DATA: TaskData = {
  labelled: [...numbered('cat', [1, 2]), ...numbered('dog', [3, 4, 5])],
  pool: [
    ...numbered('cat', [6]),
    { label: 'dog', png: numberedPng(7), name: 'of-a-name.png' },
    ...numbered(UNKNOWN, [8]),
    ...numbered('none', [9]),
  ],
  benchmark: [...numbered('dog', [10]), ...numbered('cat', [11])],
};

describe('a written task', () => {
  it('is what the run reads: class folders, tar shards and an audit file', async () => {
    const paths = await writeTask(join(temporaryFolder(), 'task'), DATA);
    const read = async (folder: string) => {
      const uri = pathToFileURL(folder).href;
      return (await readLabelled({ field: 'labelled', uri }, ['cat', 'dog'], IMAGE, LIMITS)).set;
    };
    expect([...(await read(paths.labelled)).labels]).toEqual([0, 0, 1, 1, 1]);
    expect([...(await read(paths.benchmark)).labels]).toEqual([0, 1]);
    const store = fileStore(paths.pool);
    const items = await collect(tarShards.read(store, ['pool-00000.tar'], LIMITS) as AsyncIterable<{ key: string }>);
    const names = ['000000.png', 'of-a-name.png', '000002.png', '000003.png'];
    expect(items.map(({ key }) => key)).toEqual(names.map((name) => `pool-00000.tar/${name}`));
    const audit = await readAudit(pathToFileURL(paths.truth).href);
    expect(Object.fromEntries(audit)).toEqual({ '000000.png': 'cat', 'of-a-name.png': 'dog', '000003.png': 'none' });
  });

  it('has the same bytes each time', async () => {
    const folder = temporaryFolder();
    for (const name of ['one', 'two']) await writeTask(join(folder, name), DATA);
    expect(await hashOf(join(folder, 'two'))).toBe(await hashOf(join(folder, 'one')));
  });

  it('replaces what lay there, and leaves no half of a task under its name', async () => {
    const folder = temporaryFolder();
    const before = await writeTask(join(folder, 'task'), DATA);
    await writeTask(join(folder, 'task'), { ...DATA, benchmark: numbered('cat', [11]) });
    expect(await readdir(before.benchmark)).toEqual(['cat']);
    expect(await readdir(folder)).toEqual(['task']);
  });

  it('goes over to the next shard at 2,500 images', async () => {
    const folder = temporaryFolder();
    const pool = (count: number) =>
      numbered(
        'cat',
        Array.from({ length: count }, (_, i) => i),
      );
    const shards = async (count: number) =>
      (await readdir((await writeTask(join(folder, `${count}`), { ...DATA, pool: pool(count) })).pool)).length;
    expect(await shards(2500)).toBe(1);
    expect(await shards(2501)).toBe(2);
  });
});
