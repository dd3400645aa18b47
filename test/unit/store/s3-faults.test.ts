import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../core/store/open.ts';
import { makeS3Client } from '../../../core/store/s3-client.ts';
import type { Store } from '../../../core/store/store.ts';
import { collect } from '../../support/images.ts';

const BYTES = Buffer.from('0123456789'.repeat(20_000));
const IDLE_MS = 300;
let server: Server;

/** A bucket behind a real connection: what reaches the SDK is what a network does. */
const bucketThat = async (...answers: RequestListener[]): Promise<{ store: Store; requests: () => number }> => {
  let requests = 0;
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)]!;
    requests += 1;
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return { store: openStore('s3://bucket', () => makeS3Client({ idleMs: IDLE_MS })), requests: () => requests };
};

// The SDK draws how long it waits before it tries again, from nothing on.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

afterEach(() => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});

const refuses =
  (status: number, code: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Please wait.</Message></Error>`);
  };
const gives: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': BYTES.length });
  response.end(BYTES);
};
const givesHalf: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': BYTES.length });
  response.write(BYTES.subarray(0, BYTES.length / 2), () => response.destroy());
};
const stalls: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': BYTES.length });
  response.write(BYTES.subarray(0, BYTES.length / 2));
};
const isSlow: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': BYTES.length });
  const parts = [0, 1, 2, 3, 4].map((part) => BYTES.subarray(part * 40_000, (part + 1) * 40_000));
  const timer = setInterval(() => {
    const part = parts.shift();
    if (part !== undefined) return void response.write(part);
    clearInterval(timer);
    response.end();
  }, IDLE_MS / 3);
};
const hangsUp: RequestListener = (request) => request.socket.destroy();

const READERS = {
  get: (store: Store) => store.get('shard.tar'),
  stream: async (store: Store) => Buffer.concat(await collect(await store.stream('shard.tar'))),
};

describe.each(Object.entries(READERS))('an object that is read with %s', (_name, read) => {
  it.each([
    ['S3 slows it down', refuses(503, 'SlowDown')],
    ['S3 has a fault of its own', refuses(500, 'InternalError')],
    ['the connection is reset', hangsUp],
  ])('comes whole although %s at first', async (_what, fault) => {
    const { store, requests } = await bucketThat(fault, fault, gives);
    expect(BYTES.equals((await read(store))!)).toBe(true);
    expect(requests()).toBe(3);
  });

  it('comes whole over a connection that is slow but never silent', async () => {
    const { store } = await bucketThat(isSlow);
    expect(BYTES.equals((await read(store))!)).toBe(true);
  });

  it.each([
    ['S3 refuses every time', refuses(503, 'SlowDown')],
    ['the object ends before its length', givesHalf],
    ['the connection falls silent in its middle', stalls],
  ])('asks Batch for another attempt, and is never taken for whole, when %s', async (_what, fault) => {
    const { store } = await bucketThat(fault);
    await expect(read(store)).rejects.toMatchObject({
      name: 'TransientError',
      exitCode: 75,
      message: expect.stringContaining('s3://bucket/shard.tar'),
    });
  });
});

describe('an input that may not be read', () => {
  it('names the key that it is encrypted with, and the setting that grants it', async () => {
    const words =
      'User: arn:aws:sts::1:assumed-role/r is not authorized to perform: kms:Decrypt on the resource associated with this ' +
      'ciphertext, arn:aws:kms:eu-west-1:123456789012:key/abc-1';
    const { store } = await bucketThat((_request, response) => {
      response.writeHead(403);
      response.end(`<Error><Code>AccessDenied</Code><Message>${words}</Message></Error>`);
    });
    await expect(store.get('a.png')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /s3:\/\/bucket\/a\.png is denied: .* arn:aws:kms:eu-west-1:123456789012:key\/abc-1, .*inputKeyArns/,
      ),
    });
  });

  it('says that the bucket is in another Region', async () => {
    const { store } = await bucketThat(refuses(301, 'PermanentRedirect'));
    await expect(store.get('a.png')).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'The bucket "bucket" is in another Region (asked for s3://bucket/a.png).',
    });
  });

  it('names the bucket, the rights that are missing and the setting that grants them', async () => {
    const { store } = await bucketThat(refuses(403, 'AccessDenied'));
    await expect(collect(store.list('pool/'))).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/s3:ListBucket and s3:GetObject of the bucket "bucket".*inputBuckets/),
    });
  });
});
