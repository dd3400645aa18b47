import { copyFinder } from '../../core/copies/copy-finder.ts';
import { likelyCopies } from '../../core/copies/likely-copies.ts';
import { pairLikeness } from '../../core/copies/pair-likeness.ts';
import { sketcherOf } from '../../core/copies/sketches.ts';
import { type Thumbnails, thumbnailsOf } from '../../core/copies/thumbnails.ts';
import { type Images, imageAt, selectImages } from '../../core/data/images.ts';
import { random } from '../../core/tensor/random.ts';

/** Images that a run sees of a pool beforehand. */
const PREVIEW = 800;
const LEVELS = [0.88, 0.9, 0.92, 0.94, 0.96, 0.98] as const;

/** What of a pool is like another image of it, and what the sketches overlook of that. */
export function measureWithin(name: string, images: Images, seed: number): void {
  const thumbnails = thumbnailsOf(images);
  const cpu = stopwatch();
  const chosen = random(seed, 'bench-preview').permutation(images.count).slice(0, PREVIEW);
  const words = sketcherOf(selectImages(thumbnails, chosen))(thumbnails);
  const sketching = cpu() / images.count;
  const pairs = likelyCopies(words);
  const pairing = cpu() / images.count;
  const likeness = new Float64Array(images.count);
  let aligned = 0;
  for (const { earlier, later, turned, view } of [...pairs.values()].flat()) {
    const [seen, known] = turned ? [later, earlier] : [earlier, later];
    const found = pairLikeness(imageAt(thumbnails, seen), imageAt(thumbnails, known), view);
    for (const one of [earlier, later]) likeness[one] = Math.max(likeness[one]!, found);
    aligned += 1;
  }
  const aligning = cpu() / images.count;
  const whole = nearestOthers(thumbnails);
  const searching = cpu() / images.count;
  console.log(
    `\n${name}, within ${images.count} images: ${milliseconds(sketching)} an image to sketch it, ${milliseconds(pairing)} to find ` +
      `likely copies, ${milliseconds(aligning)} to align ${(aligned / images.count).toFixed(2)} of them; compared with all others ${milliseconds(searching)}\n`,
  );
  console.log('| likeness | by sketches | compared with all others |\n| --- | --- | --- |');
  for (const least of LEVELS) {
    const count = (values: ArrayLike<number>): number => Array.from(values).filter((value) => value >= least).length;
    console.log(`| ${least.toFixed(2)} | ${count(likeness)} | ${count(whole)} |`);
  }
}

/** Of each image the likeness to the nearest other one, found the long way. */
function nearestOthers(thumbnails: Thumbnails): number[] {
  const finder = copyFinder(thumbnails);
  const matches = finder.nearest(thumbnails, { self: (i) => i });
  finder.dispose();
  return matches.map((match) => match?.likeness ?? 0);
}

/** Seconds of processor time since it was asked last. */
function stopwatch(): () => number {
  let last = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    return (user + system) / 1e6;
  };
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(2)} ms`;
}
