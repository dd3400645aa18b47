import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import pLimit from 'p-limit';
import { UPLOADS } from '../../core/contracts/keys.ts';
import { ConfigError } from '../../core/errors.ts';
import { mapInOrder } from '../../core/map-in-order.ts';
import { fileError } from '../../core/store/file-errors.ts';
import { isAbsent, s3Error } from '../../core/store/s3-errors.ts';
import { hashFile } from './hash-file.ts';
import type { FoundFiles, LocalFile } from './upload-files.ts';

/** A file and what is in it. */
interface HashedFile extends LocalFile {
  /** SHA-256, hex. */
  readonly sum: string;
}

/** What is to lie in the bucket, and where. */
export interface Shipment extends FoundFiles {
  readonly files: readonly HashedFile[];
  /** Made of what is in the files: another set of files lies elsewhere, wherever it comes from. */
  readonly prefix: string;
}

export interface UploadOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Called when a file is there, uploaded or found. */
  readonly onFile?: (done: number, total: number, uploadedBytes: number) => void;
}

const AT_ONCE = 16;
const SUM = 'sha256';

/**
 * Says where files will lie: below a prefix that holds these very files and no other, so what was deleted here is gone there,
 * and two machines whose folders have one name do not mix their files.
 * @param onFile - called as files are read
 * @throws ConfigError where a file cannot be read
 */
export const packShipment = async (
  found: FoundFiles,
  onFile: (done: number, total: number) => void = () => undefined,
): Promise<Shipment> => {
  const content = createHash('sha256');
  const files: HashedFile[] = [];
  for await (const file of mapInOrder(found.files, AT_ONCE, withSum)) {
    content.update(`${file.key}\0${file.sum}\n`);
    files.push(file);
    onFile(files.length, found.files.length);
  }
  return { ...found, files, prefix: `${UPLOADS}/${nameOf(found.path)}${content.digest('hex').slice(0, 16)}` };
};

/**
 * Brings all files to the bucket. What is there already with the same size and SHA-256 is left, so an upload that broke off goes
 * on when it is started again. Nothing is ever deleted from the bucket.
 * @throws ConfigError where the bucket must not be written, or a file has changed since it was read
 * @throws TransientError where S3 does not answer after its retries
 */
export const upload = async ({ files, prefix }: Shipment, { s3, bucket, onFile }: UploadOptions): Promise<void> => {
  const limit = pLimit(AT_ONCE);
  let done = 0;
  let bytes = 0;
  const send = async ({ path, key, size, sum }: HashedFile): Promise<void> => {
    const place = { Bucket: bucket, Key: `${prefix}/${key}` };
    try {
      if ((await sizeAndSum(s3, place)) !== `${size} ${sum}`) {
        // What is sent must be what was hashed, or the prefix would promise what it does not hold.
        if ((await hashFile(path, SUM)) !== sum) throw new ConfigError(`${path} has changed meanwhile. Start again.`);
        const params = { ...place, Body: createReadStream(path), ContentLength: size, Metadata: { [SUM]: sum } };
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

async function withSum(file: LocalFile): Promise<HashedFile> {
  try {
    return { ...file, sum: await hashFile(file.path, SUM) };
  } catch (error) {
    throw fileError(error, file.path);
  }
}

/** For people who look into the bucket. */
function nameOf(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? '' : `${name}-`;
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
