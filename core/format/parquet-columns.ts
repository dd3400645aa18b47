import type { SchemaElement } from 'hyparquet';

/**
 * What a column holds: `LABEL` the number of a class, `IMAGE` an encoded file and its name as `{ bytes, path }`, `FLOATS` and `STRINGS`
 * any number of values a row.
 */
export type ParquetType = 'STRING' | 'INT32' | 'DOUBLE' | 'LABEL' | 'IMAGE' | 'FLOATS' | 'STRINGS';

/** A column as it is called in the file. */
export interface NamedColumn {
  readonly name: string;
  readonly type: ParquetType;
}

interface HubValue {
  readonly dtype: string;
  readonly _type: 'Value';
}

/** What a column is to Hugging Face's `datasets`. */
export type HubFeature =
  | HubValue
  | { readonly feature: HubValue; readonly _type: 'Sequence' }
  | { readonly names: readonly string[]; readonly _type: 'ClassLabel' }
  | { readonly _type: 'Image' };

type Repetition = 'REQUIRED' | 'OPTIONAL';

interface ColumnKind {
  elements(name: string, repetition: Repetition): SchemaElement[];
  feature(classes: readonly string[]): HubFeature;
}

/** The schema of a file with these columns. @param repetition - whether values may be missing */
export const schemaOf = (columns: readonly NamedColumn[], repetition: Repetition): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap(({ name, type }) => KINDS[type].elements(name, repetition)),
];

/**
 * What columns are to Hugging Face's `datasets`.
 * @param classes - names of what `LABEL` counts
 */
export const hubFeatures = (
  columns: readonly NamedColumn[],
  classes: readonly string[],
): Readonly<Record<string, HubFeature>> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, KINDS[type].feature(classes)]));

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

const plain = (kind: Omit<SchemaElement, 'name'>, dtype: string): ColumnKind => ({
  elements: (name, repetition_type) => [{ name, ...kind, repetition_type }],
  feature: () => ({ dtype, _type: 'Value' }),
});

const list = (kind: Omit<SchemaElement, 'name'>, dtype: string): ColumnKind => ({
  elements: (name, repetition_type) => [
    { name, converted_type: 'LIST', num_children: 1, repetition_type },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    { name: 'element', ...kind, repetition_type },
  ],
  // `datasets` reads this name before and after it was changed to `List`.
  feature: () => ({ feature: { dtype, _type: 'Value' }, _type: 'Sequence' }),
});

const KINDS: Readonly<Record<ParquetType, ColumnKind>> = {
  STRING: plain(TEXT, 'string'),
  INT32: plain({ type: 'INT32' }, 'int32'),
  DOUBLE: plain({ type: 'DOUBLE' }, 'float64'),
  // Names are believed of labels of 64 bits alone.
  LABEL: { ...plain({ type: 'INT64' }, 'int64'), feature: (names) => ({ names, _type: 'ClassLabel' }) },
  IMAGE: {
    elements: (name, repetition_type) => [
      { name, num_children: 2, repetition_type },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type },
      { name: 'path', ...TEXT, repetition_type },
    ],
    feature: () => ({ _type: 'Image' }),
  },
  FLOATS: list({ type: 'FLOAT' }, 'float32'),
  STRINGS: list(TEXT, 'string'),
};
