import { minedFile, readMinedImages } from '../../artifacts/mined.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Summary } from '../../contracts/summary.ts';
import { imageAt, valuesOf } from '../../data/images.ts';
import { encodePng } from '../../format/png.ts';
import type { Store } from '../../store/store.ts';
import { affordable, type PngImage } from './image.ts';

/** A mined image with its pseudo-label and scores. */
export interface Sample {
  readonly row: MinedRow;
  readonly image: PngImage;
}

export const PLACES = ['top', 'middle', 'lowest'] as const;
type SamplePlace = (typeof PLACES)[number];

/** Mined images of one class, from three places of its order. */
export interface ClassSamples {
  readonly name: string;
  readonly count: number;
  readonly meanProbability: number;
  readonly places: Readonly<Record<SamplePlace, readonly Sample[]>>;
}

const SAMPLES_PER_PLACE = 6;
const PIXEL_BUDGET = 500_000;

/** The first, the middle and the last of an order; nothing stands in two of them. */
export const pick = <T>(ordered: readonly T[], each: number): Record<SamplePlace, readonly T[]> => {
  const top = ordered.slice(0, each);
  const lowest = ordered.slice(Math.max(each, ordered.length - each));
  const between = ordered.slice(each, ordered.length - lowest.length);
  const start = Math.max(0, Math.floor((between.length - each) / 2));
  return { top, middle: between.slice(start, start + each), lowest };
};

/** Samples of the mined set by class, in the order of the run's classes. */
export const readSamples = async (store: Store, summary: Summary): Promise<ClassSamples[]> => {
  const { classes, config, runId, mined } = summary;
  const { round } = mined;
  const rows = [...(await minedFile(runId, round).read(store))].sort((a, b) => a.rank - b.rank);
  const byClass = classes.map((_, label) => rows.filter((row) => row.label === label));
  const groups = byClass.flatMap(({ length }) => PLACES.map(() => Math.ceil(length / PLACES.length)));
  const { size, channels } = config.image;
  const each = affordable(PIXEL_BUDGET, valuesOf(config.image), groups, SAMPLES_PER_PLACE);
  const picked = byClass.map((ordered) => pick(ordered, each));
  const wanted = picked.flatMap((places) => PLACES.flatMap((place) => places[place]));
  const images = await readMinedImages(store, { runId, round, shape: config.image }, wanted);
  const byRow = new Map(
    wanted.map((row, i) => [row, { png: encodePng(imageAt(images, i), size, size, channels), size }]),
  );
  const shown = (some: readonly MinedRow[]): Sample[] => some.map((row) => ({ row, image: byRow.get(row)! }));
  return classes.map((name, label) => {
    const { top, middle, lowest } = picked[label]!;
    const all = byClass[label]!;
    return {
      name,
      count: all.length,
      meanProbability: all.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, all.length),
      places: { top: shown(top), middle: shown(middle), lowest: shown(lowest) },
    };
  });
};
