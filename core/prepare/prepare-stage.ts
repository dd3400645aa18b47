import { benchmarkFile, domainGapFile, labelledSetFile, mirrorFile, poolPreviewFile } from '../artifacts/inputs.ts';
import { rejectionsFile } from '../artifacts/job.ts';
import { planFile } from '../artifacts/run.ts';
import { openBackbone } from '../backbone/open-backbone.ts';
import { inputsFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { countByLabel, dropDuplicates, type ImageSet, sharedImages } from '../data/image-set.ts';
import type { Images } from '../data/images.ts';
import { checkBenchmark, checkLabelled, type Losses } from '../data/labelled/check-labelled.ts';
import type { LabelledSource } from '../data/labelled/labelled-format.ts';
import { type ReadSet, readLabelled } from '../data/labelled/read-labelled.ts';
import { countByReason } from '../data/rejections.ts';
import { DataError } from '../errors.ts';
import type { JobContext, StageRun } from '../run/stage.ts';
import { counted } from '../text/format.ts';
import { gapSentence } from '../text/gap.ts';
import { mirrorSentence } from '../text/mirror.ts';
import { leaveOutCopies } from './benchmark-copies.ts';
import { decideChannels } from './colours.ts';
import { domainGap } from './domain-gap.ts';
import { writeDuplicateCards } from './duplicate-cards.ts';
import { mirrorTest } from './mirror.ts';
import { readPreview } from './pool-preview.ts';

/**
 * Decodes the labelled set and the benchmarks once, for all later jobs, into `inputs/`. Equal images in the labelled
 * set count once, under two classes not at all, and near copies of benchmark images not at all; benchmarks stay as they are. Looks at some of the pool and says so when it shows something else.
 * @throws BackboneError when the run's backbone cannot be loaded, or does not fit its configuration
 * @throws DataError when a class has too few readable images, with or without near copies of benchmark images; when a benchmark has
 * none, or the very same image is also labelled
 */
export const runPrepare: StageRun<'prepare'> = async (context) => {
  const { store, report } = context;
  const { plan, preview, write: writeColours } = await decideChannels(context);
  const { runId, labelled, benchmarks, classes, config } = plan;
  const { image, limits } = config;
  await tryBackbone(context);
  const counts: Record<string, number> = {};
  const rejected: Rejection[] = [];
  let before = 0;

  const read = async (source: LabelledSource): Promise<ReadSet> => {
    const result = await readLabelled(source, classes, image, limits, (done) => report(before + done, null));
    before += result.set.count + result.rejected.length;
    rejected.push(...underField(source.field, result.rejected));
    return result;
  };

  const source = { field: 'labelled', uri: labelled };
  const all = await read(source);
  const unique = dropDuplicates(all.set, classes);
  rejected.push(...underField(source.field, unique.rejected));
  tellContradictions(context, unique.rejected);
  const survey = { classes, counts: countByLabel(unique.set, classes.length) };
  checkLabelled(source, survey, limits.minPerClass, lossesOf(all, unique.rejected, classes));

  const found = new Map<string, ImageSet>();
  for (const [name, uri] of Object.entries(benchmarks)) {
    const benchmark = { field: `benchmarks.${name}`, uri };
    const held = await read(benchmark);
    const { set } = held;
    checkBenchmark(
      benchmark,
      { classes, counts: countByLabel(set, classes.length) },
      classes,
      lossesOf(held, [], classes),
    );
    checkLeak(benchmark, set, unique.set);
    counts[benchmark.field] = set.count;
    found.set(name, set);
  }
  const own = await leaveOutCopies({ ...context, plan }, unique.set, found);
  rejected.push(...underField(source.field, own.rejected));
  counts.labelled = own.set.count;
  // Only when everything was found good: a refused input leaves nothing that could be trained on.
  await labelledSetFile(runId).write(store, own.set);
  for (const [name, set] of found) await benchmarkFile(runId, name).write(store, set);
  await own.write();
  await writeColours();
  const decided = await decideMirror({ ...context, plan }, own.set);
  if (decided !== context.plan) await planFile(runId).write(store, decided);
  await rejectionsFile(inputsFolder(runId)).write(store, rejected);
  counts['pool preview'] = await lookAtPool({ ...context, plan }, own.set, preview);
  return { counts, rejected: countByReason(rejected) };
};

/** The plan as all later jobs read it: where nobody has said whether images are mirrored, the labelled set says so. */
async function decideMirror({ store, plan, log }: JobContext, labelled: ImageSet): Promise<Plan> {
  const { runId, config, classes } = plan;
  if (config.image.mirror !== 'auto') return plan;
  const test = mirrorTest(labelled, classes.length);
  log('info', mirrorSentence(test));
  await mirrorFile(runId).write(store, test);
  return { ...plan, config: { ...config, image: { ...config.image, mirror: test.mirror } } };
}

/** Plan cannot run a model: here is where one that does not work ends its run, before anything is spent on it. */
async function tryBackbone({ plan, threads, log }: JobContext): Promise<void> {
  const { backbone } = plan.config;
  if (backbone === undefined) return;
  const { runtime, output, width, dispose } = await openBackbone(backbone, plan.backbone!, threads);
  await dispose();
  log('info', `Backbone: ${runtime} gives ${width} numbers of an image as "${output}"`);
}

function tellContradictions({ log }: JobContext, rejected: readonly Rejection[]): void {
  const found = rejected.filter(({ reason }) => reason === 'contradictory');
  const [first] = found;
  if (first === undefined) return;
  const words = `${counted(found.length, 'labelled image')} left out, since the same image stands under two classes`;
  log('warn', `${words}, e.g. ${first.key}: ${first.detail}`);
}

/** Keys of several sources meet in one list, so each starts with its field. */
function underField(field: string, rejected: readonly Rejection[]): Rejection[] {
  return rejected.map(({ key, ...rest }) => ({ key: `${field}/${key}`, ...rest }));
}

/** What each class has lost: images that could not be used, and those that are there twice. */
function lossesOf(
  { set, rejected, classOf }: ReadSet,
  duplicates: readonly Rejection[],
  classes: readonly string[],
): Losses {
  const labels = new Map(set.keys.map((key, i) => [key, classes[set.labels[i]!]!]));
  const losses = new Map<string, Rejection[]>();
  for (const rejection of [...rejected, ...duplicates]) {
    const name = classOf.get(rejection) ?? labels.get(rejection.key);
    if (name === undefined) continue;
    const lost = losses.get(name) ?? [];
    lost.push(rejection);
    losses.set(name, lost);
  }
  return losses;
}

/**
 * Keeps a preview of the pool, and says how far it is from the labelled set.
 * @param known - the preview, where it was read before
 * @returns the images that were looked at
 */
async function lookAtPool(
  { store, plan, log }: JobContext,
  labelled: ImageSet,
  known: Images<Uint8Array> | undefined,
): Promise<number> {
  const preview = known ?? (await readPreview(store, plan));
  await poolPreviewFile(plan.runId).write(store, preview);
  await writeDuplicateCards(store, plan, labelled, preview);
  const gap = domainGap(labelled, preview, plan.config.seed);
  if (gap === undefined) {
    const counts = `${labelled.count} labelled images and ${preview.count} of the pool`;
    log('info', `Domain gap not measured: ${counts} are too few.`);
    return preview.count;
  }
  await domainGapFile(plan.runId).write(store, gap);
  log(gap.wide ? 'warn' : 'info', gapSentence(gap));
  return preview.count;
}

function checkLeak(benchmark: LabelledSource, set: ImageSet, labelled: ImageSet): void {
  const shared = sharedImages(set, labelled);
  const [first] = shared;
  if (first === undefined) return;
  throw new DataError(
    `${benchmark.field}: ${shared.length} of ${set.count} images also stand in the labelled set, ` +
      `e.g. ${first.key} = labelled ${first.otherKey}. Take them out of one of the two, or the accuracy means nothing.`,
  );
}
