import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveConfig } from '../core/contracts/presets.ts';
import { decodeInOrder } from '../core/data/decode-items.ts';
import type { PoolFormat } from '../core/data/pool/pool-format.ts';
import { listedFormatOf } from '../core/data/pool/registry.ts';
import type { RawItem } from '../core/data/raw-item.ts';
import { mapInOrder } from '../core/map-in-order.ts';
import { openStore } from '../core/store/open.ts';
import type { Store } from '../core/store/store.ts';
import { tarOf } from '../test/support/images.ts';
import { type Files, gzTarOf, huggingFaceOf, recOf, tsvOf, zipOf } from '../test/support/pool-fixtures.ts';
import { readFaces } from './faces.ts';
import type { Lap } from './protocol.ts';
import { type BenchSpread, pairedRatio, spreadOf } from './spread.ts';
import { timed } from './stopwatch.ts';

/** How fast images come out of a format, beside the same ones out of a tar. */
export interface ReadingMeasured {
  readonly format: string;
  readonly images: number;
  /** The bytes of each, and its pixels. */
  readonly bytes: ReadingRate;
  readonly pixels: ReadingRate;
}

export interface ReadingRate {
  /** Images a second. */
  readonly rate: BenchSpread;
  /** To the tar, lap by lap: of rates, and of images a CPU second. */
  readonly toTar: BenchSpread;
  readonly toTarByCpu: BenchSpread;
}

/** What all are compared with. */
export const TAR = 'tar';

/** Rows of a group as Hugging Face writes them for images. */
const ROW_GROUP = 1000;
const LAYOUTS: Readonly<Record<string, (files: Files) => Promise<Buffer> | Buffer>> = {
  [TAR]: tarOf,
  'tar.gz': gzTarOf,
  zip: zipOf,
  parquet: (files) => huggingFaceOf(files, ROW_GROUP),
  rec: recOf,
  tsv: tsvOf,
};
const LOOSE = 'loose files';

/** Images that are loaded at once, as the decoder has them. */
const AHEAD = 16;
const { limits, image } = resolveConfig('standard', {});

/** Reads the same images out of every format of a pool, in turns. @param images - how many, of the faces in `work/png` */
export const measureReading = async (work: string, images: number, repetitions: number): Promise<ReadingMeasured[]> => {
  const folder = join(work, 'reading');
  const store = openStore(pathToFileURL(folder).href);
  const faces = await readFaces(join(work, 'png'));
  const files = Array.from({ length: images }, (_, i) => [nameOf(i), faces[i % faces.length]!] as const);
  const objects = new Map<string, readonly string[]>();
  for (const [format, layOut] of Object.entries(LAYOUTS)) {
    await write(join(folder, `p.${format}`), await layOut(files));
    objects.set(format, [`p.${format}`]);
  }
  for (const [name, bytes] of files) await write(join(folder, name), bytes);
  objects.set(
    LOOSE,
    files.map(([name]) => name),
  );

  const laps = new Map([...objects.keys()].map((format) => [format, { bytes: [] as Lap[], pixels: [] as Lap[] }]));
  // The first round brings everything into the file cache and is not counted.
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    for (const [format, keys] of objects) {
      const bytes = await timed(images, async () => counted(images, loaded(await itemsOf(store, keys))));
      const items = await itemsOf(store, keys);
      const pixels = await timed(images, () => counted(images, decodeInOrder(items, image, limits)));
      if (repetition === 0) continue;
      laps.get(format)!.bytes.push(bytes);
      laps.get(format)!.pixels.push(pixels);
    }
  }
  const tar = laps.get(TAR)!;
  return [...laps].map(([format, { bytes, pixels }]) => ({
    format,
    images,
    bytes: rateOf(bytes, tar.bytes),
    pixels: rateOf(pixels, tar.pixels),
  }));
};

function nameOf(i: number): string {
  const name = String(i).padStart(6, '0');
  return `${name.slice(0, 3)}/${name}.png`;
}

async function write(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** As a miner reads a shard of these objects. */
async function itemsOf(store: Store, keys: readonly string[]): Promise<AsyncIterable<RawItem> | Iterable<RawItem>> {
  const format: PoolFormat = listedFormatOf(keys[0]!)!;
  const parts = [];
  for (const key of keys) {
    const size = (await store.size(key)) ?? 0;
    for await (const part of format.partsOf(store, { key, size }, keys.length)) parts.push(part);
  }
  return format.read(store, parts, limits);
}

function loaded(items: AsyncIterable<RawItem> | Iterable<RawItem>): AsyncGenerator<{ readonly kind: string }> {
  return mapInOrder(items, AHEAD, async (item) => {
    const bytes = item.kind === 'stored' ? await item.load(limits.maxBytes) : undefined;
    return bytes === undefined || Buffer.isBuffer(bytes) ? item : { kind: 'rejected' };
  });
}

async function counted(images: number, items: AsyncIterable<{ readonly kind: string }>): Promise<void> {
  let count = 0;
  for await (const { kind } of items) if (kind !== 'rejected') count += 1;
  if (count !== images) throw new Error(`${count} of ${images} images were read.`);
}

function rateOf(own: readonly Lap[], tar: readonly Lap[]): ReadingRate {
  const rates = (laps: readonly Lap[]): number[] => laps.map(({ count, seconds }) => count / seconds);
  const byCpu = (laps: readonly Lap[]): number[] => laps.map(({ count, cpuSeconds }) => count / cpuSeconds);
  return {
    rate: spreadOf(rates(own)),
    toTar: pairedRatio(rates(own), rates(tar)),
    toTarByCpu: pairedRatio(byCpu(own), byCpu(tar)),
  };
}
