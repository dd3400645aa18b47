import { DataError, messageOf } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { partsOf } from '../archives/samples.ts';
import { skippingStream } from '../archives/skipping-stream.ts';
import { type TarFault, type TarMember, tarMembers } from '../archives/tar-members.ts';
import { isImage } from '../image-files.ts';

/** Members of a tar that have a key in common and follow each other, as WebDataset groups them. */
export interface TarSample {
  /** Path up to the first dot of the file's name. */
  readonly key: string;
  /** Of an image: the part of the path behind the key, its size and, where it was asked for and is not too large, its bytes. */
  readonly images: readonly { readonly field: string; readonly size: number; readonly bytes: Buffer | undefined }[];
  /** Small members by their fields, such as `cls` and `json`. */
  readonly texts: ReadonlyMap<string, Buffer>;
}

/** A sample is held whole, and no camera takes so many images of one thing. */
const MOST_IMAGES = 64;
/** A label is short; what is longer is none. */
const MOST_TEXT_BYTES = 1_000_000;
/** Members that are looked at to tell samples from class folders. */
const LOOKED_AT = 1000;

/** Packed with gzip or not. */
export function isTar(key: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(key);
}

/**
 * The samples of a tar, streamed: one is in memory at a time.
 * @param mostImageBytes - larger images come without their bytes; with 0 none are read
 * @throws DataError on a file that is no tar, or is cut or damaged, with the last member that was whole
 * @see https://github.com/webdataset/webdataset
 */
export async function* readTarSamples(store: Store, tar: string, mostImageBytes: number): AsyncGenerator<TarSample> {
  const uri = uriOf(store.root, tar);
  let sample = emptySample('');
  for await (const { path, size, read } of membersOf(store, tar, mostImageBytes > 0)) {
    const { stem } = partsOf(path);
    if (stem !== sample.key) {
      if (sample.images.length > 0) yield sample;
      sample = emptySample(stem);
    }
    const field = path.slice(stem.length + 1).toLowerCase();
    if (isImage(path.slice(path.lastIndexOf('/') + 1))) {
      if (sample.images.length === MOST_IMAGES) {
        throw new DataError(
          `${uri}: more than ${MOST_IMAGES} images are called ${stem}. up to the first dot of their names, which makes them one ` +
            'sample of WebDataset. Write names with no other dot than the one of the extension.',
        );
      }
      sample.images.push({ field, size, bytes: size > mostImageBytes ? undefined : await read() });
    } else if (size <= MOST_TEXT_BYTES) {
      const text = await read();
      if (text !== undefined) sample.texts.set(field, text);
    }
  }
  if (sample.images.length > 0) yield sample;
}

/** Whether a tar holds samples with their labels beside the images, and no folders of classes, as far as its beginning tells. */
export async function holdsSamples(store: Store, tar: string): Promise<boolean> {
  let looked = 0;
  const images = new Set<string>();
  const labels = new Set<string>();
  for await (const { path } of membersOf(store, tar, false)) {
    const { stem, ending } = partsOf(path);
    if (isImage(path)) images.add(stem);
    else if (/^\.(cls|json)$/i.test(ending)) labels.add(stem);
    if (++looked === LOOKED_AT) break;
  }
  return [...labels].some((stem) => images.has(stem));
}

/**
 * The files of a tar.
 * @param whole - nearly all of it is read; else what lies between is left out
 * @throws DataError where it is none, or not whole
 */
export async function* membersOf(store: Store, tar: string, whole: boolean): AsyncGenerator<TarMember> {
  const uri = uriOf(store.root, tar);
  const size = whole ? undefined : await store.size(tar);
  const stream = size === undefined ? await store.stream(tar) : skippingStream(store, tar, size);
  for await (const member of tarMembers(stream)) {
    if ('fault' in member) throw damaged(uri, member);
    yield member;
  }
}

function damaged(uri: string, { isTar, fault, cause }: TarFault): DataError {
  const words = isTar ? fault : `is no tar: ${fault === undefined ? messageOf(cause) : `it ${fault}`}`;
  return new DataError(`${uri} ${words}. Bring it again.`, { cause });
}

function emptySample(key: string) {
  return { key, images: [] as TarSample['images'][number][], texts: new Map<string, Buffer>() };
}
