import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import pLimit from 'p-limit';
import { ConfigError } from '../../core/errors.ts';
import { fileStore } from '../../core/store/file.ts';
import { isAbsent, s3Error } from '../../core/store/s3-errors.ts';
import type { StoredObject } from '../../core/store/store.ts';
import { folderOf, splitFragment, splitObjectUri } from '../../core/store/uri.ts';
import { hashFile } from './hash-file.ts';

export interface UploadOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Of a folder: these files of it, by their paths in there, instead of all. */
  readonly only?: readonly string[] | undefined;
  /** Called when a file is there, uploaded or found. */
  readonly onFile?: (done: number, total: number, uploadedBytes: number) => void;
}

interface LocalFile extends StoredObject {
  readonly path: string;
}

const AT_ONCE = 16;
const SUM = 'sha256';

/** Where a place of this machine lies after its upload. Other places stay what they are. */
export const uploadedUri = (uri: string, bucket: string): string => {
  if (!uri.startsWith('file:')) return uri;
  const { uri: place } = splitFragment(uri);
  const path = folderOf(place);
  const file = statSync(path).isFile() ? `/${keyOf(path)}` : '';
  return `s3://${bucket}/${prefixOf(path)}${file}${uri.slice(place.length)}`;
};

/** The same for a model: its folder is its place, since several files may make it up. */
export const uploadedModelUri = (uri: string, bucket: string): string => {
  if (!uri.startsWith('file:')) return uri;
  const { root, key } = splitObjectUri(uri);
  return uploadedFileUri(root, key, bucket);
};

/** The same for one file of several that are uploaded from a folder. */
export const uploadedFileUri = (root: string, key: string, bucket: string): string =>
  `s3://${bucket}/${prefixOf(folderOf(root))}/${key}`;

/**
 * Uploads a file or everything below a folder. What is there already with the same size and SHA-256 is left, so an upload
 * that broke off goes on when it is started again. Nothing is ever deleted from the bucket.
 * @param uri - `file:///PATH`, with or without a `#fragment`
 * @throws ConfigError where the folder cannot be read or the bucket must not be written
 * @throws TransientError where S3 does not answer after its retries
 */
export const upload = async (uri: string, { s3, bucket, only, onFile }: UploadOptions): Promise<void> => {
  const path = folderOf(splitFragment(uri).uri);
  const files = only === undefined ? await filesBelow(path) : only.map((key) => fileAt(join(path, key), key));
  const limit = pLimit(AT_ONCE);
  let done = 0;
  let bytes = 0;
  const send = async ({ path: local, key, size }: LocalFile): Promise<void> => {
    const place = { Bucket: bucket, Key: `${prefixOf(path)}/${key}` };
    const sum = await hashFile(local, SUM);
    try {
      if ((await sizeAndSum(s3, place)) !== `${size} ${sum}`) {
        const params = { ...place, Body: createReadStream(local), ContentLength: size, Metadata: { [SUM]: sum } };
        await new Upload({ client: s3, params }).done();
        bytes += size;
      }
    } catch (error) {
      // What waits would fail for the same reason.
      limit.clearQueue();
      throw s3Error(error, `s3://${bucket}/${place.Key}`);
    }
    done += 1;
    onFile?.(done, files.length, bytes);
  };
  await Promise.all(files.map((file) => limit(() => send(file))));
};

function fileAt(path: string, key: string): LocalFile {
  return { path, key, size: statSync(path).size };
}

async function filesBelow(path: string): Promise<LocalFile[]> {
  if (statSync(path).isFile()) return [fileAt(path, keyOf(path))];
  const files: LocalFile[] = [];
  for await (const { key, size } of fileStore(path).list('')) {
    // An empty folder is listed with a slash at its end.
    if (!key.endsWith('/')) files.push({ path: join(path, key), key, size });
  }
  if (files.length === 0) throw new ConfigError(`There is no file in ${path}.`);
  return files;
}

/** A # in a place picks rows of a CSV, so no key of a single file may hold one. */
function keyOf(path: string): string {
  return basename(path).replaceAll('#', '_');
}

/** The same folder always goes to the same place, so that an upload that broke off goes on. */
function prefixOf(path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const name = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `inputs/${name === '' ? '' : `${name}-`}${hash}`;
}

async function sizeAndSum(s3: S3Client, place: { Bucket: string; Key: string }): Promise<string | undefined> {
  try {
    const { ContentLength, Metadata } = await s3.send(new HeadObjectCommand(place));
    return `${ContentLength} ${Metadata?.[SUM]}`;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
