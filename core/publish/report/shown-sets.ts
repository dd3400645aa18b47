import { type DistilledImages, distilledFiles, readRunSet } from '../../artifacts/distilled.ts';
import { distilledFolder } from '../../contracts/keys.ts';
import { type SetSpec, setName } from '../../contracts/names.ts';
import type { Summary } from '../../contracts/summary.ts';
import { valuesOf } from '../../data/images.ts';
import type { Store } from '../../store/store.ts';
import { distilledSpecs } from './arms.ts';
import { affordable, type PngImage } from './image.ts';

/** A distilled image with the soft label of each of its views. */
export interface ShownImage {
  readonly image: PngImage;
  /** Class probabilities, view by view. */
  readonly labels: readonly (readonly number[])[];
}

/** What the report shows of a distilled set. */
export interface ShownSet {
  readonly name: string;
  readonly spec: SetSpec;
  readonly images: number;
  /** Views in an image. */
  readonly views: number;
  /** By class, the share of views that the teachers take for it. */
  readonly agreement: Readonly<Record<string, number>>;
  /** Images by class, in the order of the run's classes; at most a few of each. */
  readonly byClass: readonly (readonly ShownImage[])[];
}

const IMAGES_PER_CLASS = 10;
// With the samples and the growth by base64, photographs take less than 3 MB of the page.
const PIXEL_BUDGET = 1_700_000;

/** The first images of the first draw of every distilled set of a run. One set after the other: whole they may be large. */
export const readShownSets = async (store: Store, summary: Summary): Promise<ShownSet[]> => {
  const specs = distilledSpecs(summary);
  const groups = specs.flatMap(({ ipc }) => summary.classes.map(() => ipc));
  const each = affordable(PIXEL_BUDGET, valuesOf(summary.config.image), groups, IMAGES_PER_CLASS);
  const sets: ShownSet[] = [];
  for (const spec of specs) {
    const first = { ...spec, draw: 0 };
    const folder = distilledFolder(summary.runId, first);
    sets.push(await shown(store, folder, await readRunSet(store, summary.runId, first), each));
  }
  return sets;
};

async function shown(store: Store, folder: string, set: DistilledImages, each: number): Promise<ShownSet> {
  const { spec, labels, classOf } = set;
  const { classes } = spec;
  const views = spec.factor ** 2;
  const labelsOf = (image: number, view: number): number[] => {
    const start = (image * views + view) * classes.length;
    return [...labels.subarray(start, start + classes.length)];
  };
  const files = distilledFiles(folder);
  const imageOf = async (image: number): Promise<ShownImage> => ({
    image: { png: await files.png(spec, classOf, image).bytes(store), size: set.size },
    labels: Array.from({ length: views }, (_, view) => labelsOf(image, view)),
  });
  const images = [...classOf.keys()];
  return {
    name: setName(spec.spec),
    spec: spec.spec,
    images: spec.images,
    views,
    agreement: spec.agreement ?? {},
    byClass: await Promise.all(
      classes.map((_, label) =>
        Promise.all(
          images
            .filter((image) => classOf[image] === label)
            .slice(0, each)
            .map(imageOf),
        ),
      ),
    ),
  };
}
