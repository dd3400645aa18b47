/** What a part of a set is for, whatever it is called. */
type SplitKind = 'train' | 'validation' | 'test';

const KINDS: readonly (readonly [SplitKind, RegExp])[] = [
  ['train', /^(train|training)$/],
  ['validation', /^(val|valid|validation|dev)$/],
  ['test', /^(test|testing|eval|evaluation|publictest|privatetest|holdout|heldout)$/],
];

/** `FER2013Train`, `train_set` and `Training` are all for training; `undefined` for a name that is no split's. */
export function splitKindOf(name: string): SplitKind | undefined {
  const bare = name
    .toLowerCase()
    .replace(/^fer2013/, '')
    .replace(/[ _-]?(set|split|data|images?|list)$/, '');
  return KINDS.find(([, pattern]) => pattern.test(bare))?.[0];
}

/** The split that a file such as `train-00000-of-00002.parquet` belongs to. */
export function splitOfFile(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const [start = ''] = name.split(/[-_.]/);
  return splitKindOf(start) === undefined ? undefined : start;
}
