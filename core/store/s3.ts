import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { statusOf } from '../aws-errors.ts';
import { SCRATCH_TAG } from '../contracts/keys.ts';
import { DataError } from '../errors.ts';
import { isAbsent, isConflict, s3Error } from './s3-errors.ts';
import type { Store } from './store.ts';

/** What a browser shows instead of offering to save it. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  md: 'text/markdown; charset=utf-8',
  png: 'image/png',
};

const contentOf = (key: string): { ContentType?: string } => {
  const type = CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)];
  return type === undefined ? {} : { ContentType: type };
};

/**
 * Objects of an S3 bucket below a prefix. S3 writes whole objects by itself.
 * @param client - one a process; its retries come before a TransientError
 * @param prefix - without slashes at its ends; empty for the whole bucket
 */
export const s3Store = (client: S3Client, bucket: string, prefix = ''): Store => {
  const full = (key: string): string => (prefix === '' ? key : `${prefix}/${key}`);
  const place = (key: string) => ({ Bucket: bucket, Key: full(key) });
  const uri = (key: string): string => `s3://${bucket}/${full(key)}`;

  const ask = async <T>(key: string, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw s3Error(error, uri(key));
    }
  };

  async function* chunks(key: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw s3Error(error, uri(key));
    }
  }

  return {
    root: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`,
    get: (key) =>
      ask(key, async () => {
        const { Body } = await client.send(new GetObjectCommand(place(key)));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),
    getVersion: (key) =>
      ask(key, async () => {
        const { Body, ETag = '' } = await client.send(new GetObjectCommand(place(key)));
        return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), version: ETag };
      }),
    async putOver(key, body, over) {
      const condition = over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over };
      try {
        await client.send(new PutObjectCommand({ ...place(key), Body: body, ...contentOf(key), ...condition }));
        return true;
      } catch (error) {
        if (isConflict(error) || isAbsent(error)) return false;
        throw s3Error(error, uri(key));
      }
    },
    has: async (key) =>
      (await ask(key, async () => {
        await client.send(new HeadObjectCommand(place(key)));
        return true;
      })) ?? false,
    async stream(key) {
      const response = await ask(key, () => client.send(new GetObjectCommand(place(key))));
      if (response === undefined) throw new DataError(`There is no object ${uri(key)}.`);
      // In Node the body is always a Readable; the generator gives its network errors their name.
      return Readable.from(chunks(key, response.Body as Readable), { objectMode: false });
    },
    async range(key, from, to) {
      if (to <= from) return Buffer.alloc(0);
      const bytes = await ask(key, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ ...place(key), Range: `bytes=${from}-${to - 1}` }));
          return Buffer.from((await Body?.transformToByteArray()) ?? []);
        } catch (error) {
          // The object ends before: what a file answers with no bytes.
          if (statusOf(error) === 416) return Buffer.alloc(0);
          throw error;
        }
      });
      if (bytes === undefined) throw new DataError(`There is no object ${uri(key)}.`);
      return bytes;
    },
    size: (key) => ask(key, async () => (await client.send(new HeadObjectCommand(place(key)))).ContentLength ?? 0),
    async put(key, body, { scratch = false } = {}) {
      const tagging = scratch ? { Tagging: `${encodeURIComponent(SCRATCH_TAG.key)}=${SCRATCH_TAG.value}` } : {};
      try {
        await client.send(new PutObjectCommand({ ...place(key), Body: body, ...contentOf(key), ...tagging }));
      } catch (error) {
        throw s3Error(error, uri(key));
      }
    },
    async *list(below) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: full(below) });
      try {
        for await (const { Contents } of pages) {
          for (const { Key, Size } of Contents ?? []) {
            const key = Key?.slice(prefix === '' ? 0 : prefix.length + 1);
            if (key) yield { key, size: Size ?? 0 };
          }
        }
      } catch (error) {
        throw s3Error(error, uri(below));
      }
    },
  };
};
