import { readMinedImages } from '../../artifacts/mined.ts';
import { readMinedRows } from '../../artifacts/mined-rows.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Summary } from '../../contracts/summary.ts';
import { imageAt, valuesOf } from '../../data/images.ts';
import { encodePng } from '../../format/png.ts';
import type { Store } from '../../store/store.ts';
import { readMinedClasses } from '../mined-classes.ts';
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
export const pick = (ordered: Uint32Array, each: number): Record<SamplePlace, readonly number[]> => {
  const top = ordered.slice(0, each);
  const lowest = ordered.slice(Math.max(each, ordered.length - each));
  const between = ordered.slice(each, ordered.length - lowest.length);
  const start = Math.max(0, Math.floor((between.length - each) / 2));
  return { top: [...top], middle: [...between.slice(start, start + each)], lowest: [...lowest] };
};

/** Samples of the mined set by class, in the order of the run's classes. */
export const readSamples = async (store: Store, summary: Summary): Promise<ClassSamples[]> => {
  const { classes, config, runId, mined } = summary;
  const { round } = mined;
  const byClass = await readMinedClasses(store, summary);
  const groups = byClass.flatMap(({ ranks }) => PLACES.map(() => Math.ceil(ranks.length / PLACES.length)));
  const { size, channels } = config.image;
  const each = affordable(PIXEL_BUDGET, valuesOf(config.image), groups, SAMPLES_PER_PLACE);
  const picked = byClass.map(({ ranks }) => pick(ranks, each));
  const ranks = picked.flatMap((places) => PLACES.flatMap((place) => places[place]));
  const wanted = await readMinedRows(store, runId, round, ranks);
  const images = await readMinedImages(store, { runId, round, shape: config.image }, wanted);
  const byRank = new Map(
    wanted.map((row, i) => [
      ranks[i]!,
      { row, image: { png: encodePng(imageAt(images, i), size, size, channels), size } },
    ]),
  );
  const shown = (some: readonly number[]): Sample[] => some.map((rank) => byRank.get(rank)!);
  return classes.map((name, label) => {
    const { top, middle, lowest } = picked[label]!;
    const { ranks, meanProbability } = byClass[label]!;
    return {
      name,
      count: ranks.length,
      meanProbability,
      places: { top: shown(top), middle: shown(middle), lowest: shown(lowest) },
    };
  });
};
