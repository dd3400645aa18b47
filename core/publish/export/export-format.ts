import type { MiningScore } from '../../contracts/mining-scores.ts';
import type { Store } from '../../store/store.ts';
import type { MinedImage } from './mined-images.ts';

/** What all images of an export have in common. */
export interface ExportAbout {
  readonly runId: string;
  readonly classes: readonly string[];
  /** What was mined by: the name of its value. */
  readonly score: MiningScore;
}

/** Takes mined images one after the other; what it holds at once is bounded. */
export interface ExportWriter {
  add(image: MinedImage): Promise<void>;
  /** Writes what is left. */
  end(): Promise<void>;
}

/** One way to lay mined images out. A new one is a file in `formats/`, an entry in `core/contracts/export-formats.ts` and one in `export-mined.ts`. */
export interface ExportFormat {
  /** Lines of Python that load it. */
  loading(about: ExportAbout): string;
  open(target: Store, about: ExportAbout): ExportWriter;
}

/** Images, or their bytes, after which a part of an export is written. */
export const PART = { images: 10_000, bytes: 64 * 1024 * 1024 } as const;

/** Gathers images until a part is full, and has each part written. */
export const inParts = (write: (images: readonly MinedImage[], part: number) => Promise<void>): ExportWriter => {
  let images: MinedImage[] = [];
  let [bytes, part] = [0, 0];
  const flush = async (): Promise<void> => {
    if (images.length === 0) return;
    await write(images, part);
    part += 1;
    [images, bytes] = [[], 0];
  };
  return {
    async add(image) {
      images.push(image);
      bytes += image.bytes.length;
      if (images.length >= PART.images || bytes >= PART.bytes) await flush();
    },
    end: flush,
  };
};

/** Files are called by their rank in the mined set: keys may repeat, and may be no names. */
export const rankName = (rank: number): string => String(rank).padStart(9, '0');

/** What is known of an image; its key is as the pool gave it. */
export const detailsOf = (
  { row, sourceSha256 }: MinedImage,
  { classes, score }: ExportAbout,
): Readonly<Record<string, string | number>> => ({
  key: row.key,
  label: row.label,
  class_name: classes[row.label]!,
  [score]: row.score,
  probability: row.probability,
  rank: row.rank,
  weight: row.weight,
  source_sha256: sourceSha256,
  pixels_sha256: row.sha256,
});
