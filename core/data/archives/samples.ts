import type { SampleImage } from '../../contracts/sample-image.ts';
import { type RawItem, type RejectedItem, rejectedItem } from '../raw-item.ts';

/** A file of an archive: an image, something else (of which the item says why it is none), or a word on the archive. */
export interface Member {
  readonly kind: 'image' | 'other' | 'archive';
  /** In the archive. */
  readonly path: string;
  readonly item: RawItem;
}

/** Of `000.jpg`, `000.png` and so on, the first of these; then the others in the order of the archive. */
const ENCODINGS = ['jpg', 'jpeg', 'png', 'webp'];
/** `000.input.png` before `000.anything.png`, and what is made of the image last. */
const [PLAIN, NAMED, ANY, DERIVED] = [0, 100, 200, 300];
const IMAGE_WORDS = /^(image|img|input|photo|picture|rgb|colou?r|face|orig(inal)?)$/i;
const DERIVED_WORDS =
  /^(mask|seg(mentation)?|seg_?map|thumb(nail)?|depth|normals?|target|labels?|gt|alpha|edges?|output|heatmap|pose|parsing|canny)$/i;

/** Members of one sample that are no images and wait for one that is. */
const MOST_WAITING = 1000;

/**
 * What to mine of an archive's files: of several images of a sample one, so that neither masks nor thumbnails are mined, and
 * of its other files nothing. Files of a sample follow one another; whatever belongs to no image is told of.
 * @param choice - `first` of the order above, `all`, or the ending of the one that is wanted, e.g. `jpg` or `input.png`
 * @see https://github.com/webdataset/webdataset: the key is the path up to the first dot of the file's name
 */
export async function* samplesOf(
  members: AsyncIterable<Member>,
  choice: SampleImage = 'first',
): AsyncGenerator<RawItem> {
  let current: string | undefined;
  let best: { readonly item: RawItem; readonly rank: number; readonly path: string } | undefined;
  let images = 0;
  let waiting: RejectedItem[] = [];

  function* flush(): Generator<RawItem> {
    if (best !== undefined) yield best.item;
    if (images === 0) yield* waiting;
    [best, images, waiting] = [undefined, 0, []];
  }

  for await (const { kind, path, item } of members) {
    const sample = kind === 'archive' ? undefined : sampleOf(path);
    if (sample === undefined || sample !== current) yield* flush();
    current = sample;
    if (kind === 'archive') yield item;
    else if (kind === 'other') {
      if (item.kind === 'rejected' && waiting.length < MOST_WAITING) waiting.push(item);
    } else {
      images += 1;
      const rank = rankOf(path, choice);
      if (choice === 'all') yield item;
      else if (rank === undefined) yield passedOver(item, `is not .${choice} (mining.sampleImage)`);
      else if (best === undefined || rank < best.rank) {
        if (best !== undefined) yield passedOver(best.item, `${path} is taken`);
        best = { item, rank, path };
      } else yield passedOver(item, `${best.path} is taken`);
    }
  }
  yield* flush();
}

/**
 * What files of one sample share. Only a word makes another file of the same sample: `frame.0001.png` and
 * `frame.0002.png` are two.
 */
function sampleOf(path: string): string {
  const { stem, word, ending } = partsOf(path);
  return word === '' || /^[a-z_-]+$/i.test(word) ? stem : path.slice(0, path.length - ending.length);
}

/** `a/000`, `input` and `.png` of `a/000.input.png`. */
export function partsOf(path: string): { readonly stem: string; readonly word: string; readonly ending: string } {
  const start = path.lastIndexOf('/') + 1;
  // A dot in front is a part of the name.
  const first = path.indexOf('.', start + 1);
  if (first < 0) return { stem: path, word: '', ending: '' };
  const last = path.lastIndexOf('.');
  return {
    stem: path.slice(0, first),
    word: path.slice(first + 1, Math.max(first + 1, last)),
    ending: path.slice(last),
  };
}

/** The lower, the better; `undefined` for what is not wanted. */
function rankOf(path: string, choice: SampleImage): number | undefined {
  const { word, ending } = partsOf(path);
  const encoding = ending.slice(1).toLowerCase();
  if (choice !== 'first') {
    const field = word === '' ? encoding : `${word.toLowerCase()}.${encoding}`;
    return field === choice.toLowerCase() ? PLAIN : undefined;
  }
  if (word === '') return PLAIN + (ENCODINGS.indexOf(encoding) + 1 || ENCODINGS.length + 1);
  const words = word.split(/[._-]/);
  if (words.some((part) => DERIVED_WORDS.test(part))) return DERIVED;
  return words.some((part) => IMAGE_WORDS.test(part)) ? NAMED : ANY;
}

function passedOver(item: RawItem, detail: string): RawItem {
  return item.kind === 'rejected' ? item : rejectedItem(item.key, 'other-of-sample', detail);
}
