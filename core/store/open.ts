import { pathToFileURL } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import { ConfigError } from '../errors.ts';
import { fileStore } from './file.ts';
import { s3Store } from './s3.ts';
import { makeS3Client } from './s3-client.ts';
import type { Store } from './store.ts';
import { folderOf, splitObjectUri } from './uri.ts';

const sharedClient = makeSharedClient();

/**
 * The store that a URI names: `s3://bucket[/prefix]` or `file:///folder`; one slash at the end makes no difference.
 * @param client - makes the S3 client; by default one for the whole process
 * @throws ConfigError on any other scheme
 */
export const openStore = (uri: string, client: () => S3Client = sharedClient): Store => {
  if (uri.startsWith('file:')) return fileStore(folderOf(uri));
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(uri) ?? [];
  if (bucket === undefined) {
    throw new ConfigError(`"${uri}" names no store. It must start with s3://BUCKET or file:///.`);
  }
  return s3Store(client(), bucket, prefix);
};

/**
 * Whether a URI names one object: not a folder, and not nothing at all.
 * @throws ConfigError on a URI that names no store
 */
export const hasObject = async (uri: string): Promise<boolean> => {
  const { root, key } = splitObjectUri(uri.startsWith('file:') ? pathToFileURL(folderOf(uri)).href : uri);
  // A folder with its slash, or a bucket as a whole.
  if (key === '' || key.endsWith('/') || root === 's3:/') return false;
  return openStore(root).has(key);
};

function makeSharedClient(): () => S3Client {
  let client: S3Client | undefined;
  return () => {
    client ??= makeS3Client();
    return client;
  };
}
