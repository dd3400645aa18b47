import { readMinedImages } from '../../artifacts/mined.ts';
import { readMinedRows } from '../../artifacts/mined-rows.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Summary } from '../../contracts/summary.ts';
import { imageAt, valuesOf } from '../../data/images.ts';
import { encodePng } from '../../format/png.ts';
import { sha256 } from '../../format/sha256.ts';
import type { Store } from '../../store/store.ts';
import { drawSample } from '../audit/draw-sample.ts';
import { readMinedClasses } from '../mined-classes.ts';
import { affordable, type PngImage } from './image.ts';

/** Mined images of one class that wait for a person's judgement. */
export interface ClassToAudit {
  readonly name: string;
  /** Mined images of the class, drawn or not. */
  readonly mined: number;
  /** The sum of their weights in training. */
  readonly drawn: number;
  readonly images: readonly { readonly file: string; readonly image: PngImage }[];
}

export interface HandAudit {
  /** Tells this draw from every other one. */
  readonly fingerprint: string;
  /** In the order of the run's classes; one that nothing was mined of has no images. */
  readonly classes: readonly ClassToAudit[];
}

const PER_CLASS = 20;
/** More than that nobody looks at. */
const IN_ALL = 400;
/** With what else it shows, a page of photographs stays below 6 MB. */
const PIXEL_BUDGET = 2_000_000;

/** Draws the images that a person is asked about. The same run has the same ones. */
export const readHandAudit = async (store: Store, summary: Summary): Promise<HandAudit> => {
  const { classes, config, runId, mined } = summary;
  const { round } = mined;
  const byClass = await readMinedClasses(store, summary);
  const most = Math.max(1, Math.min(PER_CLASS, Math.floor(IN_ALL / classes.length)));
  const groups = byClass.map(({ ranks }) => ranks.length);
  const each = affordable(PIXEL_BUDGET, valuesOf(config.image), groups, most);
  const drawn = byClass.map(({ ranks }, label) => drawSample(ranks, each, config.seed, 'audit', round, label));
  const ranks = drawn.flat();
  const wanted = await readMinedRows(store, runId, round, ranks);
  const images = await readMinedImages(store, { runId, round, shape: config.image }, wanted);
  const { size, channels } = config.image;
  const byRank = new Map(
    wanted.map(({ key }, i) => [
      ranks[i]!,
      { file: key, image: { png: encodePng(imageAt(images, i), size, size, channels), size } },
    ]),
  );
  return {
    fingerprint: fingerprintOf(classes, wanted),
    classes: classes.map((name, label) => ({
      name,
      mined: byClass[label]!.ranks.length,
      drawn: byClass[label]!.drawn,
      images: drawn[label]!.map((rank) => byRank.get(rank)!),
    })),
  };
};

function fingerprintOf(classes: readonly string[], rows: readonly MinedRow[]): string {
  const drawn = rows.map(({ key, sha256: pixels, label }) => [key, pixels, label]);
  return sha256(Buffer.from(JSON.stringify([classes, drawn]))).slice(0, 16);
}
