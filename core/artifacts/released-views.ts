import { z } from 'zod';
import type { DistilledSet } from '../contracts/distilled.ts';
import { digits } from '../contracts/keys.ts';
import { setName } from '../contracts/names.ts';
import { decodeParquet, encodeParquet, type ParquetColumn } from '../format/parquet.ts';
import { type Artifact, artifact, type Codec } from './artifact.ts';

/** A view of a released set: what a net learns from, with what it teaches. A row of the set's `train.parquet`. */
const ReleasedView = z.object({
  /** PNG of 8 bits, and its path below the folder of the set. */
  image: z.object({ bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array), path: z.string() }),
  /** The class that the image was made for: what teachers say of the view is `soft_label`. */
  label: z.coerce.number().int(),
  soft_label: z.array(z.number()),
  set: z.string(),
  /** Of the image in `images.safetensors`, and of the view in that. */
  index: z.number().int(),
  view: z.number().int(),
  /** Keys of the pool images that it shows. */
  made_from: z.array(z.string()),
});
export type ReleasedView = z.infer<typeof ReleasedView>;

/** Columns of `train.parquet`, of which `datasets` makes a feature each. */
export const viewColumns = (classes: readonly string[]): readonly ParquetColumn<keyof ReleasedView>[] => [
  { field: 'image', type: 'IMAGE' },
  { field: 'label', type: 'LABEL' },
  { field: 'label', name: 'class_name', type: 'STRING', words: classes },
  { field: 'soft_label', type: 'FLOATS' },
  { field: 'set', type: 'STRING' },
  { field: 'index', type: 'INT32' },
  { field: 'view', type: 'INT32' },
  { field: 'made_from', type: 'STRINGS' },
];

/** The views of a set as a table that needs no explanation. */
export const viewTable = (classes: readonly string[]): Codec<readonly ReleasedView[]> => ({
  encode: (rows) => encodeParquet(viewColumns(classes), rows, { classes }),
  decode: (bytes) => decodeParquet(bytes, ReleasedView),
});

/** All views of a released set. */
export const releasedViewsFile = (folder: string, classes: readonly string[]): Artifact<readonly ReleasedView[]> =>
  artifact(`${folder}/train.parquet`, viewTable(classes));

/** Path of a view's PNG below the folder of its set. */
export const viewPath = ({ classes, spec, factor }: DistilledSet, label: number, index: number, view: number): string =>
  `train/${classes[label]}/${setName(spec)}-${digits(index)}${factor === 1 ? '' : `-${view}`}.png`;
