import { ConfigError } from '../../errors.ts';
import { isImage } from '../image-files.ts';
import type { Box } from '../raw-item.ts';
import { FERPLUS_VOTES } from './emotions.ts';
import type { TableRow } from './text-table.ts';

/** Which field of a row says what. */
export interface Columns {
  /** Whether the first row holds names and no image. */
  readonly header: boolean;
  /** Names as they are compared: lower case, letters and digits alone. */
  readonly names: readonly string[];
  readonly path: number;
  readonly label: number | undefined;
  readonly split: number | undefined;
  /** Counts of votes, each for a class or for none. */
  readonly votes: readonly { readonly at: number; readonly className: string | undefined }[];
  box(fields: readonly string[]): Box | undefined;
}

const PATHS = [
  'filename',
  'filepath',
  'path',
  'file',
  'imagepath',
  'imagename',
  'imagefile',
  'image',
  'img',
  'imgpath',
];
const MORE_PATHS = ['subdirectoryfilepath', 'pth', 'filenames', 'images', 'name'];
const LABELS = ['label', 'class', 'classname', 'labelname', 'emotion', 'expression', 'category', 'target', 'labels'];
const SPLITS = ['split', 'usage', 'subset', 'partition'];
/** Left, top, width, height. */
const SIZED_BOXES = [
  ['facex', 'facey', 'facewidth', 'faceheight'],
  ['x', 'y', 'width', 'height'],
  ['x', 'y', 'w', 'h'],
];
/** Left, top, right, bottom. */
const CORNER_BOXES = [
  ['left', 'top', 'right', 'bottom'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['x1', 'y1', 'x2', 'y2'],
];
const WHOLE_BOXES = ['box', 'bbox', 'boundingbox'];

/**
 * What the columns of a list are, from its first row: by their names, or from two fields without names one of which is an
 * image file. FER+ has a row of its own: name, box, ten counts of votes.
 * @returns `undefined` where the row tells no column of paths
 * @throws ConfigError where two columns may be meant
 */
export function columnsOf({ fields }: TableRow, place: string): Columns | undefined {
  const names = fields.map((field) => field.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  const path = [...PATHS, ...MORE_PATHS].map((name) => names.indexOf(name)).find((at) => at >= 0);
  if (path === undefined) return withoutHeader(fields);
  const votes = [...FERPLUS_VOTES].flatMap(([name, className]) => {
    const at = names.indexOf(name);
    return at < 0 ? [] : [{ at, className }];
  });
  const labels = LABELS.filter((name) => names.includes(name));
  if (labels.length > 1 && labels[0] !== 'label') {
    throw new ConfigError(`${place} has several columns of labels (${labels.join(', ')}). Call the right one "label".`);
  }
  return {
    header: true,
    names,
    path,
    label: labels[0] === undefined ? undefined : names.indexOf(labels[0]),
    split: SPLITS.map((name) => names.indexOf(name)).find((at) => at >= 0),
    votes: labels.length === 0 && votes.length >= 3 ? votes : [],
    box: boxReader(names, place),
  };
}

function withoutHeader(fields: readonly string[]): Columns | undefined {
  const none = { header: false, names: [], split: undefined, votes: [], box: () => undefined };
  const path = fields.findIndex((field) => isImage(field.replaceAll('\\', '/')));
  if (path < 0) return undefined;
  if (fields.length === 2) return { ...none, path, label: 1 - path };
  const votes = [...FERPLUS_VOTES.values()].map((className, i) => ({ at: i + 2, className }));
  const isFerPlus = path === 0 && fields.length === votes.length + 2 && corners(fields[1]!) !== undefined;
  return isFerPlus ? { ...none, path, label: undefined, votes, box: (row) => corners(row[1] ?? '') } : undefined;
}

function boxReader(names: readonly string[], place: string): Columns['box'] {
  const whole = WHOLE_BOXES.find((name) => names.includes(name));
  if (whole !== undefined) {
    throw new ConfigError(
      `${place} has a column "${whole}", and there are two ways to read a box. Write it as four columns: x, y, width, height ` +
        'or left, top, right, bottom.',
    );
  }
  const has = (box: readonly string[]): boolean => box.every((name) => names.includes(name));
  const sized = SIZED_BOXES.find(has);
  const box = sized ?? CORNER_BOXES.find(has);
  if (box === undefined) return () => undefined;
  const places = box.map((name) => names.indexOf(name));
  return (fields) => {
    const [left = 0, top = 0, third = 0, fourth = 0] = places.map((at) => Number(fields[at] || Number.NaN));
    return sized === undefined
      ? { left, top, right: third, bottom: fourth }
      : { left, top, right: left + third, bottom: top + fourth };
  };
}

/** `(0, 0, 48, 48)` */
function corners(text: string): Box | undefined {
  const [, left, top, right, bottom] = /^\((\d+), *(\d+), *(\d+), *(\d+)\)$/.exec(text) ?? [];
  return bottom === undefined
    ? undefined
    : { left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom) };
}
