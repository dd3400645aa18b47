import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Pulled, pullRun } from '../../../../cli/aws/pull.ts';
import { sha256 } from '../../../../core/format/sha256.ts';
import { formatChecksums } from '../../../../core/publish/release/checksums.ts';
import { arnOf, mockedClients, named, openTestTarget } from './target.ts';

const { s3, stepFunctions } = mockedClients();

let out: string;
let objects: Map<string, string>;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'omnidistill-pull-'));
  const sums = new Map([['a/face.png', sha256(Buffer.from('face'))]]);
  objects = new Map([
    ['runs/main/release/a/face.png', 'face'],
    ['runs/main/release/SHA256SUMS', formatChecksums(sums)],
    ['runs/main/report/index.html', '<html>'],
    ['runs/main/summary.json', '{}'],
    ['runs/main/primitive/model', 'weights'],
  ]);
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }: { Prefix: string }) => ({
    Contents: [...objects]
      .filter(([key]) => key.startsWith(Prefix))
      .map(([Key, text]) => ({
        Key,
        Size: Buffer.byteLength(text),
        ETag: `"${createHash('md5').update(text).digest('hex')}"`,
      })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => ({
    Body: Readable.from([Buffer.from(objects.get(Key)!)]),
  }));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const pull = async (all = false, name = 'main'): Promise<Pulled> => pullRun(await openTestTarget(), { name, out, all });
const fetched = () => s3.commandCalls(GetObjectCommand).map(({ args }) => args[0].input.Key);

describe('pull', () => {
  it('brings release, report and summary, and checks every file of the release', async () => {
    const { files, findings } = await pull();
    expect(files).toBe(4);
    expect(readFileSync(join(out, 'runs/main/release/a/face.png'), 'utf8')).toBe('face');
    expect(existsSync(join(out, 'runs/main/primitive'))).toBe(false);
    expect(findings).toEqual([{ ok: true, line: '1 files have the listed SHA-256.' }]);
  });

  it('is told the run by any of its executions', async () => {
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn: arnOf('again') })
      .resolves({ status: 'SUCCEEDED', input: '{"runId":"main"}' });
    expect(await pull(false, 'again')).toMatchObject({ runId: 'main', files: 4 });
  });

  it('brings everything when it is asked to', async () => {
    expect((await pull(true)).files).toBe(5);
  });

  it('brings again only what has changed, when it is started again', async () => {
    await pull();
    s3.resetHistory();
    objects.set('runs/main/report/index.html', '<HTML>');
    expect((await pull()).downloaded).toBe(1);
    expect(fetched()).toEqual(['runs/main/report/index.html']);
  });

  it('names a file that is not what the release says', async () => {
    objects.set('runs/main/release/a/face.png', 'fake');
    const { findings } = await pull();
    expect(findings).toMatchObject([{ ok: false, line: expect.stringContaining('a/face.png has changed') }]);
  });

  it.each(['../../evil', 'a//b', 'a\\..\\b', './x'])('writes nothing at all for the key %j', async (name) => {
    objects.set(`runs/main/release/${name}`, 'evil');
    await expect(pull()).rejects.toThrow(/does not name a file below the run/);
    expect(readdirSync(out)).toEqual([]);
  });

  it('says what is wrong with the folder here, and does not blame the bucket', async () => {
    writeFileSync(join(out, 'runs'), 'in the way');
    await expect(pull()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('a part of its path is a file'),
    });
  });

  it('leaves no half file behind when an object comes short', async () => {
    objects.set('runs/main/report/index.html', '<html> and more');
    s3.on(GetObjectCommand).callsFake(() => ({ Body: Readable.from([Buffer.from('<ht')]) }));
    objects = new Map([...objects].filter(([key]) => key.endsWith('index.html')));
    await expect(pull()).rejects.toThrow(/3 bytes instead of 15/);
    expect(readdirSync(join(out, 'runs/main/report'))).toEqual([]);
  });

  it('says how to see how far a run is that has nothing yet, and what is denied', async () => {
    objects.clear();
    await expect(pull()).rejects.toThrow(/no release and no report yet.*watch main/);
    s3.on(ListObjectsV2Command).rejects(named('AccessDenied', 'no'));
    await expect(pull()).rejects.toThrow(/Access to s3:\/\/faces\/runs\/main\/.* is denied/);
  });
});
