import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { DataError, messageOf } from '../errors.ts';
import { isImage } from './image-files.ts';

/** Members of a tar that have a key in common and follow each other, as WebDataset groups them. */
export interface TarSample {
  /** Path up to the first dot of the file's name. */
  readonly key: string;
  /** Of an image: the part of the path behind the key, its size and, unless it is too large, its bytes. */
  readonly images: readonly { readonly field: string; readonly size: number; readonly bytes: Buffer | undefined }[];
  /** Small members by their fields, such as `cls` and `json`. */
  readonly texts: ReadonlyMap<string, Buffer>;
}

/** A sample is held whole, and no camera takes so many images of one thing. */
const MOST_IMAGES = 64;
/** A label is short; what is longer is none. */
const MOST_TEXT_BYTES = 1_000_000;

/**
 * The samples of a tar, streamed: one is in memory at a time.
 * @param uri - names the tar in an error
 * @param mostImageBytes - larger images come without their bytes
 * @throws DataError on a file that is no tar, or is cut or damaged, with the last member that was whole
 * @see https://github.com/webdataset/webdataset
 */
export async function* readTarSamples(
  uri: string,
  stream: Readable,
  mostImageBytes: number,
): AsyncGenerator<TarSample> {
  const extract = tar.extract();
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  // Errors of either side come out of the loop below.
  pipeline(stream, extract, () => undefined);
  let member = '';
  let sample = emptySample('');
  try {
    for await (const entry of extract) {
      const { name, size = 0, type } = entry.header;
      member = name;
      const path = name.replace(/^\.\//, '');
      const { key, field } = partsOf(path);
      const isFile = type === 'file' || type === 'contiguous-file';
      if (isFile && key !== sample.key) {
        if (sample.images.length > 0) yield sample;
        sample = emptySample(key);
      }
      if (isFile && isImage(path.slice(path.lastIndexOf('/') + 1))) {
        if (sample.images.length === MOST_IMAGES) {
          throw new DataError(
            `${uri}: more than ${MOST_IMAGES} images are called ${key}. up to the first dot of their names, which makes them one ` +
              'sample of WebDataset. Write names with no other dot than the one of the extension.',
          );
        }
        sample.images.push({
          field,
          size,
          bytes: size > mostImageBytes ? await drained(entry) : await buffer(entry),
        });
      } else if (isFile && size <= MOST_TEXT_BYTES) sample.texts.set(field, await buffer(entry));
      else entry.resume();
    }
    if (member === '') throw new Error('the file is empty');
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof DataError) throw error;
    const where = member === '' ? 'is no tar' : `is cut or damaged behind ${member}`;
    throw new DataError(`${uri} ${where}: ${messageOf(error)}. Bring it again.`, { cause: error });
  } finally {
    stream.destroy();
    extract.destroy();
  }
  if (sample.images.length > 0) yield sample;
}

function emptySample(key: string) {
  return { key, images: [] as TarSample['images'][number][], texts: new Map<string, Buffer>() };
}

function partsOf(path: string): { key: string; field: string } {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  return dot < 0 ? { key: path, field: '' } : { key: path.slice(0, dot), field: path.slice(dot + 1).toLowerCase() };
}

async function drained(entry: AsyncIterable<unknown>): Promise<undefined> {
  for await (const _ of entry);
  return undefined;
}
