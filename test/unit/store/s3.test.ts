import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../core/store/open.ts';
import { collect } from '../../support/images.ts';

const client = new S3Client({ region: 'us-east-1' });
const open = (uri: string) => openStore(uri, () => client);

const failing = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: 'server', $metadata: { httpStatusCode: status }, message: name });

/** The SDK's own stream type has more methods than a test needs. */
const body = (stream: Readable) =>
  ({
    Body: Object.assign(stream, { transformToByteArray: async () => Buffer.concat(await collect(stream)) }),
  }) as never;

describe('S3 store', () => {
  let s3: AwsClientStub<S3Client>;
  beforeEach(() => {
    s3 = mockClient(client) as unknown as AwsClientStub<S3Client>;
  });

  it('reads a range of bytes, and nothing behind the end of an object', async () => {
    s3.on(GetObjectCommand).callsFakeOnce(() => body(Readable.from([Buffer.from('ell')])));
    s3.on(HeadObjectCommand).resolves({ ContentLength: 5 });
    const store = open('s3://bucket/p');
    expect((await store.range('k', 1, 4)).toString()).toBe('ell');
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'bucket',
      Key: 'p/k',
      Range: 'bytes=1-3',
    });
    expect(await store.size('k')).toBe(5);
    s3.on(GetObjectCommand).rejects(failing('InvalidRange', 416));
    expect(await store.range('k', 9, 12)).toHaveLength(0);
    expect(await store.range('k', 3, 3)).toHaveLength(0);
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ $metadata: { httpStatusCode: 404 }, message: '' }));
    await expect(store.range('k', 0, 1)).rejects.toMatchObject({ name: 'DataError' });
  });

  it('writes over one version alone: who comes late is told so, and nothing of the first one is lost', async () => {
    const store = open('s3://bucket/p');
    s3.on(GetObjectCommand).callsFakeOnce(() => ({
      ...(body(Readable.from([Buffer.from('x')])) as object),
      ETag: '"1"',
    }));
    expect(await store.getVersion('k')).toEqual({ body: Buffer.from('x'), version: '"1"' });
    s3.on(PutObjectCommand).resolves({});
    expect(await store.putOver('k.json', '{}', undefined)).toBe(true);
    expect(await store.putOver('k.json', '{}', '"1"')).toBe(true);
    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'bucket', Key: 'p/k.json', Body: '{}', ContentType: 'application/json', IfNoneMatch: '*' },
      { Bucket: 'bucket', Key: 'p/k.json', Body: '{}', ContentType: 'application/json', IfMatch: '"1"' },
    ]);
    for (const [name, status] of [
      ['PreconditionFailed', 412],
      ['ConditionalRequestConflict', 409],
      ['NoSuchKey', 404],
    ] as const) {
      s3.on(PutObjectCommand).rejects(failing(name, status));
      expect(await store.putOver('k', '', '"1"')).toBe(false);
    }
    s3.on(PutObjectCommand).rejects(failing('AccessDenied', 403));
    await expect(store.putOver('k', '', '"1"')).rejects.toMatchObject({ name: 'ConfigError' });
  });

  it('reads and writes below its prefix', async () => {
    s3.on(GetObjectCommand).callsFake(() => body(Readable.from([Buffer.from('he'), Buffer.from('llo')])));
    s3.on(PutObjectCommand).resolves({});
    const store = open('s3://bucket/some/prefix/');
    expect(store.root).toBe('s3://bucket/some/prefix');
    expect(String(await store.get('a.json'))).toBe('hello');
    expect(Buffer.concat(await collect(await store.stream('a.json'))).toString()).toBe('hello');
    await store.put('report/index.html', '<p>');
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'bucket',
      Key: 'some/prefix/a.json',
    });
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'bucket',
      Key: 'some/prefix/report/index.html',
      Body: '<p>',
      ContentType: 'text/html; charset=utf-8',
    });
  });

  it('asks for a part of an object alone, or every row group of a Parquet file would cost the whole', async () => {
    s3.on(GetObjectCommand).callsFake(() => body(Readable.from([Buffer.from('234')])));
    s3.on(HeadObjectCommand).resolves({ ContentLength: 10 });
    const store = open('s3://bucket/some');
    expect(String(await store.range('a.parquet', 2, 5))).toBe('234');
    expect(await store.size('a.parquet')).toBe(10);
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toMatchObject({
      Key: 'some/a.parquet',
      Range: 'bytes=2-4',
    });
    s3.on(GetObjectCommand).rejects(failing('InvalidRange', 416));
    expect(await store.range('a.parquet', 20, 25)).toHaveLength(0);
    s3.on(GetObjectCommand).rejects(failing('NoSuchKey', 404));
    await expect(store.range('b.parquet', 0, 5)).rejects.toThrow(/There is no object s3:\/\/bucket\/some\/b\.parquet/);
    s3.on(HeadObjectCommand).rejects(failing('NotFound', 404));
    expect(await store.size('b.parquet')).toBeUndefined();
  });

  it('tags what only its run needs, or shard scratch would be paid for for ever', async () => {
    s3.on(PutObjectCommand).resolves({});
    const store = open('s3://bucket');
    await store.put('runs/r/round-0/shards/00003/candidates.parquet', 'x', { scratch: true });
    await store.put('runs/r/round-0/mined/mined.parquet', 'x');
    const [scratch, kept] = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.Tagging);
    expect(scratch).toBe('omnidistill%3Ascratch=true');
    expect(kept).toBeUndefined();
  });

  it('says that there is nothing', async () => {
    const meta = { $metadata: { httpStatusCode: 404 }, message: '' };
    s3.on(GetObjectCommand).rejects(new NoSuchKey(meta));
    s3.on(HeadObjectCommand).rejectsOnce(new NotFound(meta)).resolves({});
    const store = open('s3://bucket');
    expect(await store.get('x')).toBeUndefined();
    expect(await store.has('x')).toBe(false);
    expect(await store.has('x')).toBe(true);
    await expect(store.stream('x')).rejects.toMatchObject({
      name: 'DataError',
      message: 'There is no object s3://bucket/x.',
    });
  });

  it('lists page after page with keys below the prefix', async () => {
    s3.on(ListObjectsV2Command, { Prefix: 'p/in/' }).resolves({
      Contents: [{ Key: 'p/in/a', Size: 3 }],
      IsTruncated: true,
      NextContinuationToken: 't',
    });
    s3.on(ListObjectsV2Command, { Prefix: 'p/in/', ContinuationToken: 't' }).resolves({
      Contents: [{ Key: 'p/in/b', Size: 4 }],
    });
    expect(await collect(open('s3://bucket/p').list('in/'))).toEqual([
      { key: 'in/a', size: 3 },
      { key: 'in/b', size: 4 },
    ]);
  });

  it.each([
    ['SlowDown', 503],
    ['InternalError', 500],
    ['TooManyRequests', 429],
    ['ThrottlingException', 400],
  ])('asks for another attempt after %s', async (name, status) => {
    s3.on(GetObjectCommand).rejects(failing(name, status));
    await expect(open('s3://bucket').get('x')).rejects.toMatchObject({ name: 'TransientError', exitCode: 75 });
  });

  it('asks for another attempt when a stream breaks in the middle', async () => {
    const broken = async function* () {
      yield Buffer.from('half');
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    s3.on(GetObjectCommand).callsFake(() => body(Readable.from(broken())));
    await expect(collect(await open('s3://bucket').stream('x'))).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('names bucket and key where only a person can help', async () => {
    s3.on(PutObjectCommand).rejects(failing('AccessDenied', 403));
    await expect(open('s3://bucket/p').put('x', '')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/Access to s3:\/\/bucket\/p\/x is denied.*"bucket"/),
    });
    s3.on(GetObjectCommand).rejects(new NoSuchBucket({ $metadata: { httpStatusCode: 404 }, message: '' }));
    await expect(open('s3://bucket').get('x')).rejects.toThrow(
      'There is no bucket "bucket" (asked for s3://bucket/x).',
    );
    s3.on(ListObjectsV2Command).rejects(failing('CredentialsProviderError', 400));
    await expect(collect(open('s3://bucket').list(''))).rejects.toThrow(/No valid AWS credentials/);
  });

  it('keeps any other error, with its cause', async () => {
    const cause = failing('Strange', 400);
    s3.on(GetObjectCommand).rejects(cause);
    await expect(open('s3://bucket').get('x')).rejects.toMatchObject({ name: 'OmnidistillError', cause });
  });
});
