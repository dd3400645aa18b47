import type { LabelBank } from '../../core/artifacts/bank.ts';
import { type DistilledImages, writeDistilled } from '../../core/artifacts/distilled.ts';
import { runPrivacyFile } from '../../core/artifacts/privacy.ts';
import { imagesHash } from '../../core/bank/make-bank.ts';
import { distilledFolder } from '../../core/contracts/keys.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { type Images, selectImages, toFloats } from '../../core/data/images.ts';
import { pack } from '../../core/data/views.ts';
import { scoreSet } from '../../core/evaluate/only.ts';
import { writeRelease } from '../../core/publish/release/write-release.ts';
import type { Store } from '../../core/store/store.ts';
import { plan as smallPlan, summary as smallSummary, writeSmallRun } from './small-release.ts';
import { SIZE, toySet } from './toy.ts';
import { toyPrivacy } from './toy-privacy.ts';
import { toyEstimate } from './toy-summary.ts';

const [SEEDS, IPC, FACTOR, VIEWS] = [2, 2, 2, 128];
const { classes, runId } = smallPlan;
const spec = { method: 'packed', ipc: IPC } as const;

export const LEARNABLE = 'packed-ipc2';

/** Images that the net has not seen, in the classes of the release. */
export const learnableBenchmark = toySet(20, classes.length, 99);

/**
 * A release of one packed set that a net can learn from; what it prints of the set is what the run's own code makes of it.
 * @param bank - whether the set has a label bank
 */
export const writeLearnableRelease = async (store: Store, bank: boolean): Promise<ReturnType<typeof toyEstimate>> => {
  const config = resolveConfig('quick', {
    ...{ seeds: SEEDS, image: { size: SIZE, channels: 1, mirror: true }, net: { width: 16 } },
    distill: { methods: ['packed'], ipc: [IPC], bank: { views: bank ? VIEWS : 0 } },
    evaluate: { only: { steps: 80, batch: 16 } },
  });
  const set = learnableSet(bank);
  const accuracies: number[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    accuracies.push((await scoreSet(set, learnableBenchmark, config, seed)).accuracy);
  }
  const printed = toyEstimate(accuracies);
  await writeSmallRun(store);
  await writeDistilled(store, distilledFolder(runId, { ...spec, draw: 0 }), set);
  await runPrivacyFile(runId, spec).write(store, toyPrivacy({ set: spec }));
  const accuracy = { test: { ...smallSummary.accuracy.test, [`only/${LEARNABLE}`]: printed } };
  await writeRelease(store, { ...smallPlan, config }, { ...smallSummary, config, accuracy, privacy: {} }, 0);
  return printed;
};

function learnableSet(bank: boolean): DistilledImages {
  const toy = toySet(IPC * FACTOR ** 2, classes.length, 5);
  const byClass = [...toy.labels.keys()].sort((a, b) => toy.labels[a]! - toy.labels[b]!);
  const images = pack(toFloats(selectImages(toy, byClass)), FACTOR);
  const classOf = Int32Array.from({ length: images.count }, (_, i) => Math.floor(i / IPC));
  const viewsOf = (i: number): number[] => [0, 1, 2, 3].flatMap(() => softLabel(classOf[i]!));
  return {
    ...images,
    classOf,
    labels: Float32Array.from([...classOf.keys()].flatMap(viewsOf)),
    bank: bank ? bankOf(images, classOf) : undefined,
    spec: {
      ...{ spec, draw: 0, classes, size: SIZE, channels: 1, factor: FACTOR, images: images.count },
      normalization: { kind: 'per-image', deviationFloor: 0.02 },
      provenance: [...classOf.keys()].map((i) => [0, 1, 2, 3].map((view) => `pool-0.tar/./é ${i}-${view}.png`)),
    },
  } as DistilledImages;
}

function bankOf(images: Images, classOf: Int32Array): LabelBank {
  const single = images.count * FACTOR ** 2;
  const labels = Array.from({ length: VIEWS }, (_, view) => classOf[Math.floor((view % single) / FACTOR ** 2)]!);
  return {
    card: {
      // Nothing is laid over an image, so that a view shows one class.
      recipe: { version: 1, seed: 1, flip: true, degrees: 5, scale: 0.05, shift: 0.05, layers: 0 },
      ...{
        images: images.count,
        factor: FACTOR as 2,
        size: SIZE,
        channels: 1,
        classes,
        imagesSha256: imagesHash(images),
      },
    },
    count: VIEWS,
    labels: Float32Array.from(labels.flatMap(softLabel)),
  };
}

function softLabel(label: number): number[] {
  return classes.map((_, c) => (c === label ? 0.9 : 0.1));
}
