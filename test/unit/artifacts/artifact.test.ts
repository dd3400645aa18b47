import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { artifact, json, jsonLines, text } from '../../../core/artifacts/artifact.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import { memoryStore } from '../../support/memory-store.ts';

const Schema = z.strictObject({ a: z.number() });

describe('an artifact', () => {
  it('gives back what was written, and tells absent from present', async () => {
    const store = memoryStore();
    const file = artifact('a.json', json(Schema));
    expect(await file.exists(store)).toBe(false);
    expect(await file.find(store)).toBeUndefined();
    await file.write(store, { a: 1 });
    expect(await file.exists(store)).toBe(true);
    expect(await file.read(store)).toEqual({ a: 1 });
    expect((await file.bytes(store)).toString()).toBe('{\n  "a": 1\n}\n');
  });

  it.each(['{"a":', '{"b":1}'])('names the object that holds something else: %s', async (body) => {
    const store = memoryStore(new Map([['runs/r/b.json', body]]));
    const file = artifact('runs/r/b.json', json(Schema));
    await expect(file.read(store)).rejects.toThrow(/memory\/runs\/r\/b\.json does not hold what it should/);
    await expect(file.find(store)).rejects.toMatchObject({ name: 'DataError', exitCode: 65 });
  });

  it('names the object that is missing', async () => {
    const file = artifact('none.txt', text);
    await expect(file.read(memoryStore())).rejects.toThrow(/^There is no .*none\.txt/);
    await expect(file.bytes(memoryStore())).rejects.toMatchObject({ name: 'DataError' });
  });

  it('reads lines one by one', async () => {
    const store = memoryStore();
    const file = artifact('log.jsonl', jsonLines(Schema));
    await file.write(store, [{ a: 1 }, { a: 2 }]);
    expect(await file.read(store)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('tells the store what it may forget after the run', async () => {
    const told: unknown[] = [];
    const store = { ...memoryStore(), put: async (...call: unknown[]) => void told.push(call[2]) };
    await shardFiles('r', 0, 0).histogram.write(store, {
      counts: [],
      sureness: [],
      nets: { sums: [], squares: [], squaredTotals: 0, squaredSureness: 0 },
      byClass: [],
      ofClasses: [],
    });
    await artifact('kept.txt', text).write(store, '');
    expect(told).toEqual([{ scratch: true }, { scratch: false }]);
  });
});
