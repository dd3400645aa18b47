import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeImage } from '../../core/data/decode.ts';
import { labelledItems } from '../../core/data/labelled/labelled-items.ts';
import { surveyLabelled } from '../../core/data/labelled/registry.ts';
import { namedFormatOf, poolFormatOf } from '../../core/data/pool/registry.ts';
import type { RawItem } from '../../core/data/raw-item.ts';
import { OmnidistillError } from '../../core/errors.ts';
import type { Random } from '../../core/tensor/random.ts';
import { IMAGE, LIMITS, tarOf } from './images.ts';
import { ferCsvOf, hugParquet, images, sampleTar } from './labelled-sets.ts';
import { memoryStore } from './memory-store.ts';
import {
  encoded,
  type Files,
  gzTarOf,
  huggingFaceOf,
  img2datasetOf,
  packed,
  recOf,
  recordOf,
  tsvOf,
  zipOf,
} from './pool-fixtures.ts';

/** What became of a damaged file. */
export interface FuzzOutcome {
  readonly images: number;
  /** Why there are no more, in words. */
  readonly refusals: readonly string[];
}

/** A kind of file that people give, as it should be, and what reads it. */
export interface FuzzKind {
  readonly name: string;
  sound(): Promise<Buffer> | Buffer;
  /** @throws what is no refusal in words: a fault of ours */
  read(bytes: Buffer): Promise<FuzzOutcome>;
}

/** A file as a bad disk, a broken download or somebody with bad intentions leaves it. */
export const mutated = (bytes: Buffer, dice: Random): Buffer => {
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

/** All kinds; `close` takes away what they need on the disk. */
export const fuzzKinds = async (): Promise<{ kinds: readonly FuzzKind[]; close(): Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'omnidistill-fuzz-'));
  for (const [name, body] of Object.entries(await images(['a.png', 'b.png', 'c.png']))) {
    await writeFile(join(folder, name), body);
  }
  const kinds = [
    ...(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const).map(imageKind),
    ...Object.entries(POOLS).map(([name, layOut]) => poolKind(name, layOut)),
    ...Object.entries(LABELLED).map(([name, sound]) => labelledKind(folder, name, sound)),
  ];
  return { kinds, close: () => rm(folder, { recursive: true, force: true }) };
};

const POOLS: Readonly<Record<string, (files: Files) => Promise<Buffer> | Buffer>> = {
  'p.tar': tarOf,
  'p.tgz': gzTarOf,
  'p.zip': zipOf,
  'p.rec': recOf,
  'p.tsv': tsvOf,
  'p.csv': (files) =>
    Buffer.from(
      ferCsvOf(
        'emotion,pixels',
        files.map(() => ['1'] as const),
        16,
      ),
    ),
  'hugging-face.parquet': huggingFaceOf,
  'img2dataset.parquet': img2datasetOf,
};

const folders = async (): Promise<Files> =>
  Object.entries(await images(['cat/1.png', 'dog/1.png', 'dog/2.png'])).map(([name, body]) => [
    name,
    Buffer.from(body),
  ]);
const rows: readonly (readonly [string, string])[] = [
  ['0', 'Training'],
  ['3', 'Training'],
  ['3', 'Training'],
];

const LABELLED: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
  'fer.csv': () => Buffer.from(ferCsvOf('emotion,pixels,Usage', rows, 16)),
  'list.csv': () =>
    Buffer.from('path,label,x,y,width,height\na.png,cat,0,0,8,8\n"b.png",dog,0,0,8,8\nc.png,dog,1,1,4,4\n'),
  'list.txt': () => Buffer.from('a.png cat\nb.png dog\nc.png dog\n'),
  'list.jsonl': () =>
    Buffer.from(['cat', 'dog'].map((label, i) => JSON.stringify({ path: `${'ab'[i]}.png`, label })).join('\n')),
  'faces.zip': async () => zipOf(await folders()),
  'faces.tar': async () => tarOf(await folders()),
  'faces.tar.gz': async () => gzTarOf(await folders()),
  'samples.tar': () =>
    sampleTar([
      ['a', { cls: 'cat' }],
      ['b', { json: '{"label":"dog"}' }],
      ['c', { cls: 'dog' }],
    ]),
  'labelled.parquet': () => hugParquet([0, 1, 1], ['cat', 'dog'], { rowGroupSize: 2 }),
  'labelled.rec': async () =>
    Buffer.concat((await folders()).map(([, bytes], i) => recordOf(packed(i, [i % 2], bytes)))),
};

function imageKind(encoding: Parameters<typeof encoded>[0]): FuzzKind {
  return {
    name: encoding,
    sound: () => encoded(encoding, 1),
    async read(bytes) {
      const result = await decodeImage(bytes, IMAGE, LIMITS);
      return 'pixels' in result ? { images: 1, refusals: [] } : { images: 0, refusals: [result.detail] };
    },
  };
}

function poolKind(name: string, layOut: (files: Files) => Promise<Buffer> | Buffer): FuzzKind {
  return {
    name: `pool: ${name}`,
    async sound() {
      const seeds = [1, 2, 3];
      return layOut(
        await Promise.all(seeds.map(async (seed) => [`${seed}.jpg`, await encoded('jpeg', seed)] as const)),
      );
    },
    read: (bytes) =>
      outcomeOf(async function* () {
        const store = memoryStore(new Map([[name, bytes]]));
        const format = poolFormatOf(name) ?? namedFormatOf(name)!;
        const parts: unknown[] = [];
        const object = { key: name, size: bytes.length, named: {} };
        for await (const part of format.partsOf(store, object, 100)) parts.push(part);
        yield* format.read(store, parts as never[], { maxBytes: LIMITS.maxBytes }) as AsyncIterable<RawItem>;
      }),
  };
}

function labelledKind(folder: string, name: string, sound: FuzzKind['sound']): FuzzKind {
  const source = { field: 'labelled', uri: pathToFileURL(join(folder, name)).href };
  return {
    name: `labelled: ${name}`,
    sound,
    read: (bytes) =>
      outcomeOf(async function* () {
        await writeFile(join(folder, name), bytes);
        await surveyLabelled(source);
        yield* labelledItems(source, LIMITS);
      }),
  };
}

/** Counts images and refusals of some data, or the one refusal of all of it. */
async function outcomeOf(items: () => AsyncGenerator<RawItem>): Promise<FuzzOutcome> {
  let count = 0;
  const refusals: string[] = [];
  try {
    for await (const item of items()) {
      const loaded = item.kind === 'stored' ? await item.load(LIMITS.maxBytes) : undefined;
      if (item.kind === 'rejected') refusals.push(item.rejection.detail);
      else if (loaded === undefined || Buffer.isBuffer(loaded)) count += 1;
      else refusals.push(loaded.detail);
    }
  } catch (error) {
    if (!(error instanceof OmnidistillError)) throw error;
    refusals.push(error.message);
  }
  return { images: count, refusals };
}
