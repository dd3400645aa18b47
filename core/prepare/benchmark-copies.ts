import { askedLikeness, copyFiles } from '../artifacts/copies.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { copyCardOf } from '../copies/copy-card.ts';
import { copyGuard } from '../copies/copy-guard.ts';
import { type NamedThumbnails, thumbnailsOf } from '../copies/thumbnails.ts';
import { countByLabel, type ImageSet, selectFromSet } from '../data/image-set.ts';
import { concatImages } from '../data/images.ts';
import { DataError } from '../errors.ts';
import type { JobContext } from '../run/stage.ts';
import { selectBackend } from '../tensor/backend.ts';
import { counted } from '../text/format.ts';

/** The labelled set without copies of benchmark images, and those with the image that each is a copy of. */
export interface WithoutCopies {
  readonly set: ImageSet;
  readonly rejected: readonly Rejection[];
  /** Keeps what copies are found by, for the jobs that read the pool. */
  write(): Promise<void>;
}

/**
 * Leaves out of the labelled set what is nearly a benchmark image: the benchmark stays as it was given, or its accuracies
 * could be compared with no others.
 * @param benchmarks - by name
 * @throws DataError where a class has too few images without them
 */
export async function leaveOutCopies(
  { plan, store, log }: JobContext,
  labelled: ImageSet,
  benchmarks: ReadonlyMap<string, ImageSet>,
): Promise<WithoutCopies> {
  const asked = askedLikeness(plan);
  if (asked === null) return { set: labelled, rejected: [], write: async () => undefined };
  const thumbnails = allThumbnails(benchmarks);
  // Prepare has no backend of its own; wasm will do for what it compares.
  await selectBackend({ forced: 'wasm', gradients: false });
  const card = copyCardOf(thumbnails, asked, plan.config.seed);
  const guard = copyGuard(thumbnails, card, 'near-benchmark');
  const verdicts = guard.judge(thumbnailsOf(labelled));
  guard.dispose();
  const rejected = verdicts.flatMap((copy, i) => (copy === undefined ? [] : [{ key: labelled.keys[i]!, ...copy }]));
  const kept = [...verdicts.keys()].filter((i) => verdicts[i] === undefined);
  const set = rejected.length === 0 ? labelled : selectFromSet(labelled, kept);
  checkClasses(plan, labelled, set, rejected);
  if (rejected.length > 0) {
    const words = `${counted(rejected.length, 'labelled image')} left out as near copies of benchmark images`;
    log('warn', `${words}, e.g. ${rejected[0]!.key}: ${rejected[0]!.detail}`);
  }
  const files = copyFiles(plan.runId);
  const write = async (): Promise<void> => {
    await files.thumbnails.write(store, thumbnails);
    await files.card.write(store, card);
  };
  return { set, rejected, write };
}

/** Of all benchmarks, which may share images: two with other labels for the same ones are usual. */
function allThumbnails(benchmarks: ReadonlyMap<string, ImageSet>): NamedThumbnails {
  const seen = new Set<string>();
  const parts = [...benchmarks].map(([name, set]) => {
    const fresh = [...set.sha256.keys()].filter((i) => !seen.has(set.sha256[i]!));
    for (const hash of set.sha256) seen.add(hash);
    const { keys, ...images } = selectFromSet(set, fresh);
    return { ...thumbnailsOf(images), keys: keys.map((key) => `benchmarks.${name}/${key}`) };
  });
  return { ...concatImages(parts), keys: parts.flatMap(({ keys }) => keys) };
}

function checkClasses(
  { classes, config }: JobContext['plan'],
  before: ImageSet,
  after: ImageSet,
  rejected: readonly Rejection[],
): void {
  const { minPerClass } = config.limits;
  const counts = countByLabel(after, classes.length);
  const lost = countByLabel(before, classes.length).map((had, label) => had - counts[label]!);
  const few = classes.flatMap((name, label) =>
    counts[label]! < minPerClass && lost[label]! > 0 ? [`"${name}" loses ${lost[label]} and has ${counts[label]}`] : [],
  );
  const [first] = rejected;
  if (few.length === 0 || first === undefined) return;
  throw new DataError(
    `labelled: ${counted(rejected.length, 'image')} nearly the same as benchmark images, and without them a class has too few: ` +
      `${few.join(', ')}; the minimum is ${minPerClass}. E.g. ${first.key}: ${first.detail}. ` +
      'Take them out of one of the two, or raise config.mining.nearBenchmark if they are none.',
  );
}
