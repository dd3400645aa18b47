import { DataError } from '../../errors.ts';
import { isBelowRoot } from '../../store/file.ts';
import { type RawItem, type RejectedItem, rejectedItem, storedImage } from '../raw-item.ts';
import { classOfLabel, type Labelling } from './class-of-label.ts';
import { type List, tidyPath } from './open-list.ts';
import { readTable, type TableRow } from './text-table.ts';
import { majorityOf } from './votes.ts';

/** An image that a list names, or why a row gives none. */
export type ListItem = Extract<RawItem, { kind: 'stored' }> | RejectedItem;

/** Images that lists have named so far, by their keys: a set that names one twice must not say two things of it. */
export type Named = Map<string, { readonly className: string; readonly place: string }>;

/**
 * The images of a list in its order, not read yet.
 * @param picks - whether images of a split are wanted; `undefined` for those that belong to none
 * @param split - of all images, where the list does not say it
 * @param named - of all lists of one set
 * @throws DataError on a label or a path that cannot be right, or an image with two labels, with the row
 */
export async function* readList(
  list: List,
  picks: (split: string | undefined) => boolean,
  split: string | undefined,
  named: Named,
): AsyncGenerator<ListItem> {
  const { store, key: listKey, columns, known } = list;
  let first = columns.header;
  for await (const row of readTable(store, listKey, list.head)) {
    if (first) {
      first = false;
      continue;
    }
    const { fields } = row;
    const place = `${listKey}:row ${row.row}`;
    const path = fields[columns.path] ?? '';
    const cell = columns.split === undefined ? undefined : fields[columns.split] || undefined;
    if (!picks(cell ?? known?.split(path) ?? split)) continue;
    if (path === '') {
      yield rejectedItem(place, 'bad-row', 'names no image');
      continue;
    }
    yield itemOf(list, row, path, place, named);
  }
}

function itemOf(list: List, row: TableRow, path: string, place: string, named: Named): ListItem {
  const { store, columns } = list;
  const image = list.keyOf(path);
  if (!isBelowRoot(image)) {
    throw new DataError(
      `${store.root}/${place}: the path ${JSON.stringify(tidyPath(path).slice(0, 100))} leads out of the list's folder. Put the ` +
        'list into the folder that its paths start from, and write them from there.',
    );
  }
  const labelling = labellingOf(list, row);
  if ('fault' in labelling) throw new DataError(`${store.root}/${place}: ${labelling.fault}.`);
  if ('none' in labelling) return rejectedItem(image, 'unlabelled', `${place}: ${labelling.none}`);
  if ('why' in labelling) return rejectedItem(image, 'ambiguous', `${place}: ${labelling.why}`);
  const { className } = labelling;
  const box = columns.box(row.fields);
  if (box !== undefined && !Object.values(box).every(Number.isFinite)) {
    return rejectedItem(image, 'bad-row', `${place}: its box is not four numbers`, className);
  }
  // Several faces of one photo are images of their own.
  const corners = box && Object.values(box).join(',');
  const whole = named.get(image);
  const key = whole === undefined || corners === undefined ? image : `${image}[${corners}]`;
  const before = named.get(key);
  if (before !== undefined && before.className !== className) {
    throw new DataError(
      `${store.root}/${place}: ${image} is "${className}" here and "${before.className}" in ${before.place}. Leave one of the two.`,
    );
  }
  if (before !== undefined)
    return rejectedItem(image, 'duplicate', `${place}: named before, in ${before.place}`, className);
  named.set(key, { className, place });
  if (corners !== undefined) named.set(`${image}[${corners}]`, { className, place });
  return { ...storedImage(store, image, className), key, box };
}

function labellingOf({ columns, classes }: List, { fields }: TableRow): Labelling | { readonly why: string } {
  if (columns.label !== undefined) return classOfLabel(fields[columns.label] ?? '', classes);
  const votes = columns.votes.map(({ at, className }) => ({ className, count: Number(fields[at] || Number.NaN) }));
  if (votes.some(({ count }) => !Number.isInteger(count) || count < 0))
    return { fault: 'its votes are not whole numbers' };
  const majority = majorityOf(votes);
  return 'why' in majority && majority.why === 'most votes are for no class' ? { none: majority.why } : majority;
}
