import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { whole } from '../../cli/numbers.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { copyCardOf } from '../../core/copies/copy-card.ts';
import { type CopyFinder, copyFinder, type Match } from '../../core/copies/copy-finder.ts';
import { thumbnailsOf } from '../../core/copies/thumbnails.ts';
import { concatImages, type Images, imageAt, sliceImages } from '../../core/data/images.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { random } from '../../core/tensor/random.ts';
import { CHANGES } from './changes.ts';
import { type NamedImages, readBenchmark, readLabelledFaces, readPool } from './faces.ts';
import { measureWithin } from './within.ts';

const { faces, copies, pool, seed } = new Command('bench:copies')
  .description(
    'How surely copies of FER2013 benchmark images are found, what of two pools is taken for copies, and of what is within them.',
  )
  .addOption(new Option('--faces <folder>', 'FER2013, UTKFace').env('OMNIDISTILL_BENCH_FACES').makeOptionMandatory())
  .option('--copies <number>', 'benchmark images that are changed in every way', whole(1), 500)
  .option('--pool <number>', 'images of each pool that are looked at', whole(1), 30_000)
  .option('--seed <number>', 'chooses the images that are changed', whole(0), 0)
  .parse()
  .opts<{ faces: string; copies: number; pool: number; seed: number }>();

const { mining } = resolveConfig('standard');
await selectBackend({ forced: 'wasm' });
const benchmark = await readBenchmark(faces);
const thumbnails = thumbnailsOf(benchmark);
const finder = copyFinder(thumbnails);
const { threshold, own } = copyCardOf(thumbnails, mining.nearBenchmark!, seed);
const isCopy = (match: Match | undefined): boolean => match !== undefined && match.likeness >= threshold;
const labelled = await readLabelledFaces(faces);
const labelledFinder = copyFinder(thumbnailsOf(labelled));

console.log(
  `${benchmark.count} benchmark images; likeness of each to its nearest other: median ${own!.median.toFixed(3)}, ` +
    `95 % ${own!.high.toFixed(3)}; copies from ${threshold.toFixed(3)} on\n`,
);
await measureCopies();
for (const name of ['utkface-adult', 'fer2013']) {
  const folder = join(faces, name, 'pool');
  if (!existsSync(folder)) continue;
  const images = await readPool(folder, pool);
  measurePool(`${name} beside the benchmark`, images, finder, benchmark.keys);
  measurePool(`${name} beside the labelled set`, images, labelledFinder, labelled.keys);
  measureWithin(name, images, seed);
}

/** Of each change, how many are found and how alike they are to what they were made from. */
async function measureCopies(): Promise<void> {
  const rows = random(seed, 'bench-copies').permutation(benchmark.count).slice(0, copies);
  console.log('| change | found | lowest likeness | 1 % | median |\n| --- | --- | --- | --- | --- |');
  for (const [name, change] of Object.entries(CHANGES)) {
    const changed: Images<Uint8Array>[] = [];
    for (const row of rows) {
      const pixels = await change(imageAt(benchmark, row), benchmark.size);
      changed.push({ size: benchmark.size, channels: 1, count: 1, pixels });
    }
    const matches = finder.nearest(thumbnailsOf(concatImages(changed)));
    const likeness = matches.map((match) => match?.likeness ?? 0).sort((a, b) => a - b);
    const at = (part: number): string => likeness[Math.floor(part * likeness.length)]!.toFixed(3);
    console.log(
      `| ${name} | ${matches.filter(isCopy).length} of ${matches.length} | ${at(0)} | ${at(0.01)} | ${at(0.5)} |`,
    );
  }
}

/** What of a pool is taken for copies, pair by pair, and how fast. */
function measurePool(name: string, images: NamedImages, among: CopyFinder, keys: readonly string[]): void {
  const start = performance.now();
  const matches: (Match | undefined)[] = [];
  for (let from = 0; from < images.count; from += mining.batch) {
    const batch = sliceImages(images, from, Math.min(mining.batch, images.count - from));
    matches.push(...among.nearest(thumbnailsOf(batch)));
  }
  const speed = (images.count / ((performance.now() - start) / 1000)).toFixed(0);
  console.log(`\n${name}: ${images.count} pool images, ${speed} a second\n\n| likeness | images | part |`);
  console.log('| --- | --- | --- |');
  for (const least of [0.8, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98]) {
    const above = matches.filter((match) => match !== undefined && match.likeness >= least).length;
    console.log(`| ${least.toFixed(2)} | ${above} | ${((100 * above) / images.count).toFixed(3)} % |`);
  }
  const pairs = matches.flatMap((match, i) => (isCopy(match) ? [{ key: images.keys[i]!, ...match! }] : []));
  pairs.sort((a, b) => a.likeness - b.likeness);
  console.log('\nTaken for copies, the least alike first:');
  for (const { key, likeness, reference } of pairs) {
    console.log(`${likeness.toFixed(4)} ${key} ${keys[reference]}`);
  }
}
