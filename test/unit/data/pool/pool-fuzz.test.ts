import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../core/data/decode.ts';
import { poolFormatOf } from '../../../../core/data/pool/registry.ts';
import type { RawItem } from '../../../../core/data/raw-item.ts';
import { OmnidistillError } from '../../../../core/errors.ts';
import { random } from '../../../../core/tensor/random.ts';
import { IMAGE, LIMITS, tarOf } from '../../../support/images.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import {
  encoded,
  type Files,
  gzTarOf,
  huggingFaceOf,
  img2datasetOf,
  recOf,
  tsvOf,
  zipOf,
} from '../../../support/pool-fixtures.ts';

/** The same mutations on every machine. */
const dice = random(7, 'pool-fuzz');
const MUTANTS = 250;

/** A file as a bad disk, a broken download or somebody with bad intentions leaves it. */
const mutated = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  const at = (): number => dice.below(copy.length);
  switch (dice.below(5)) {
    case 0:
      return copy.subarray(0, at());
    case 1:
      for (let i = 0; i <= dice.below(20); i++) copy[at()] = dice.below(256);
      return copy;
    case 2: {
      const from = at();
      copy.fill(dice.below(256), from, Math.min(copy.length, from + dice.below(600)));
      return copy;
    }
    case 3: {
      const [from, to] = [at(), at()];
      copy.copy(copy, to, from, from + dice.below(600));
      return copy;
    }
    default: {
      // Lengths and offsets of most formats are such words.
      const from = Math.min(at(), Math.max(0, copy.length - 4));
      if (copy.length >= 4) copy.writeUInt32LE([0, 0xffffffff, 0x7fffffff, copy.length][dice.below(4)]!, from);
      return Buffer.concat([copy, Buffer.alloc(dice.below(50))]);
    }
  }
};

/** Images of a mutant, or a refusal in words: anything else fails. */
const readMutant = async (name: string, bytes: Buffer): Promise<number> => {
  const store = memoryStore(new Map([[name, bytes]]));
  const format = poolFormatOf(name)!;
  let images = 0;
  try {
    const parts: unknown[] = [];
    for await (const part of format.partsOf(store, { key: name, size: bytes.length }, 100)) parts.push(part);
    for await (const item of format.read(store, parts as never[], { maxBytes: 100_000 }) as AsyncIterable<RawItem>) {
      if (item.kind === 'stored') await item.load(100_000);
      if (item.kind !== 'rejected') images += 1;
      else expect(item.rejection.detail).not.toBe('');
    }
  } catch (error) {
    if (!(error instanceof OmnidistillError)) throw error;
    expect(error.message.length).toBeLessThan(1000);
  }
  return images;
};

const LAYOUTS: Readonly<Record<string, (files: Files) => Promise<Buffer> | Buffer>> = {
  'p.tar': tarOf,
  'p.tgz': gzTarOf,
  'p.zip': zipOf,
  'p.rec': recOf,
  'p.tsv': tsvOf,
  'a.parquet': huggingFaceOf,
  'b.parquet': img2datasetOf,
};

describe('damaged files', () => {
  it.each(Object.entries(LAYOUTS))(
    `as %s end nothing: ${MUTANTS} of them`,
    async (name, layOut) => {
      const files = await Promise.all(
        [1, 2, 3].map(async (seed) => [`${seed}.jpg`, await encoded('jpeg', seed)] as const),
      );
      const sound = await layOut(files);
      expect(await readMutant(name, sound)).toBe(3);
      let images = 0;
      for (let i = 0; i < MUTANTS; i++) images += await readMutant(name, mutated(sound));
      // What is sound of them is read.
      expect(images).toBeGreaterThan(0);
    },
    60_000,
  );

  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'as %s are images or refused with a reason',
    async (kind) => {
      const sound = await encoded(kind, 1);
      for (let i = 0; i < MUTANTS; i++) {
        const result = await decodeImage(mutated(sound), IMAGE, LIMITS);
        if ('pixels' in result) expect(result.pixels).toHaveLength(256);
        else expect(result.detail).not.toBe('');
      }
    },
    60_000,
  );
});
