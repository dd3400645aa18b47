import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../../../../cli/aws/start.ts';
import type { ConfigOverrides } from '../../../../core/contracts/config.ts';
import { resolveConfig } from '../../../../core/contracts/presets.ts';
import type { RunInput } from '../../../../core/contracts/run-input.ts';
import { mockedClients, named, openTestTarget } from './target.ts';

const { s3, stepFunctions } = mockedClients();

const REMOTE: RunInput = { labelled: 's3://in/l', pool: 's3://in/p', benchmarks: { test: 's3://in/t' } };
let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-start-'));
  said = [];
  stepFunctions.on(DescribeExecutionCommand).rejects(named('ExecutionDoesNotExist', 'no'));
  stepFunctions.on(StartExecutionCommand).resolves({});
  s3.on(HeadObjectCommand).rejects(named('NotFound', 'no'));
  // The bytes must be taken, or the file stays open when the folder goes.
  s3.on(PutObjectCommand).callsFake(async ({ Body }: { Body: unknown }) => {
    if (Body instanceof Readable) for await (const _ of Body);
    return {};
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = async (input: RunInput, runId?: string, dryRun = false): Promise<string> =>
  startRun(await openTestTarget(), { input, runId, dryRun, say: (line) => said.push(line), progress: () => {} });
const started = () => stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
const put = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);

const pool = (): string => {
  mkdirSync(join(folder, 'My Pool', 'a'), { recursive: true });
  writeFileSync(join(folder, 'My Pool', 'a', '1.png'), 'one');
  writeFileSync(join(folder, 'My Pool', '2.png'), 'two');
  return pathToFileURL(join(folder, 'My Pool')).href;
};

describe('start', () => {
  it('starts what lies in S3 as it is, and says where to look', async () => {
    expect(await start(REMOTE, 'first')).toBe('first');
    expect(started()).toMatchObject([{ name: 'first', input: JSON.stringify(REMOTE) }]);
    expect(put()).toEqual([]);
    expect(said.join('\n')).toContain('https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/');
  });

  it('gives a run without a name one that Step Functions and Batch take', async () => {
    expect(await start(REMOTE)).toMatch(/^run-\d{8}-\d{4}-[0-9a-f]{4}$/);
  });

  it('uploads a folder of this machine with its folders, and starts with where it went', async () => {
    await start({ ...REMOTE, pool: pool() });
    const keys = put().map(({ Key }) => Key ?? '');
    expect(keys.sort()).toEqual([
      expect.stringMatching(/^inputs\/my-pool-[0-9a-f]{16}\/2\.png$/),
      expect.stringMatching(/^inputs\/my-pool-[0-9a-f]{16}\/a\/1\.png$/),
    ]);
    const input = JSON.parse(started()[0]!.input!) as RunInput;
    expect(input.pool).toBe(`s3://faces/${keys[0]!.slice(0, keys[0]!.lastIndexOf('/'))}`);
  });

  it('keeps the part of a CSV that the place names, and sends the CSV once', async () => {
    const csv = join(folder, 'fer.csv');
    writeFileSync(csv, 'emotion,pixels,Usage\n');
    const { href } = pathToFileURL(csv);
    await start({ ...REMOTE, labelled: `${href}#Training`, benchmarks: { test: `${href}#PublicTest` } });
    const { labelled, benchmarks } = JSON.parse(started()[0]!.input!) as RunInput;
    expect(labelled).toMatch(/^s3:\/\/faces\/inputs\/fer-csv-[0-9a-f]{16}\/fer\.csv#Training$/);
    expect(benchmarks.test).toBe(labelled.replace('Training', 'PublicTest'));
    expect(put()).toHaveLength(1);
  });

  it('starts with what is in the folder now: what was deleted or changed since an upload is trained on no more', async () => {
    const uri = pool();
    const placeOf = (at: number): string => (JSON.parse(started()[at]!.input!) as RunInput).pool;
    await start({ ...REMOTE, pool: uri });
    await start({ ...REMOTE, pool: uri });
    expect(placeOf(1)).toBe(placeOf(0));
    rmSync(join(folder, 'My Pool', '2.png'));
    await start({ ...REMOTE, pool: uri });
    writeFileSync(join(folder, 'My Pool', 'a', '1.png'), 'won');
    await start({ ...REMOTE, pool: uri });
    renameSync(join(folder, 'My Pool', 'a'), join(folder, 'My Pool', 'b'));
    await start({ ...REMOTE, pool: uri });
    expect(new Set([0, 2, 3, 4].map(placeOf)).size).toBe(4);
    const sent = put().filter(({ Key }) => placeOf(2).endsWith(Key!.split('/')[1]!));
    expect(sent.map(({ Key }) => Key?.split('/').slice(2).join('/'))).toEqual(['a/1.png']);
  });

  it('gives the same files the same place wherever they lie, and two sets of one name two places', async () => {
    const [one, two, other] = ['one', 'two', 'other'].map((name) => join(folder, name, 'pool'));
    for (const [path, bytes] of [
      [one!, 'face'],
      [two!, 'face'],
      [other!, 'else'],
    ] as const) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, '1.png'), bytes);
      await start({ ...REMOTE, pool: pathToFileURL(path).href });
    }
    const places = started().map(({ input }) => (JSON.parse(input!) as RunInput).pool);
    expect(places[1]).toBe(places[0]);
    expect(places[2]).not.toBe(places[0]);
  });

  it('sends no file that a link brings in from elsewhere, nor one that is no input, and says so', async () => {
    const secret = join(folder, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'id_rsa'), 'a private key');
    const uri = pool();
    const at = (name: string): string => join(folder, 'My Pool', name);
    symlinkSync(join(secret, 'id_rsa'), at('face.png'));
    symlinkSync(secret, at('more'));
    symlinkSync(at('a'), at('again'));
    writeFileSync(at('id_ed25519'), 'another key');
    writeFileSync(at('passwords.txt'), 'and more');
    writeFileSync(at('.env'), 'TOKEN=1');
    writeFileSync(at('nameless'), Buffer.from('ffd8ffe0', 'hex'));
    await start({ ...REMOTE, pool: uri });
    const keys = put().map(({ Key }) => Key!.split('/').slice(2).join('/'));
    expect(keys.sort()).toEqual(['2.png', 'a/1.png', 'again/1.png', 'nameless']);
    expect(said[0]).toMatch(/My Pool: 4 files, 0\.0 MB, for s3:\/\/faces\/inputs\/my-pool-[0-9a-f]{16}$/);
    expect(said[1]).toMatch(/^ {2}not uploaded: 2 links that leave the folder \(e\.g\. face\.png\), /);
    for (const words of ['1 .txt', '1 hidden files (e.g. .env)', '(e.g. id_ed25519)']) expect(said[1]).toContain(words);
  });

  it('does not take along what a list names through a link to elsewhere', async () => {
    mkdirSync(join(folder, 'set'));
    writeFileSync(join(folder, 'id_rsa'), 'a private key');
    writeFileSync(join(folder, 'set', '1.png'), 'one');
    symlinkSync(join(folder, 'id_rsa'), join(folder, 'set', '2.png'));
    writeFileSync(join(folder, 'set', 'l.csv'), 'path,label\n1.png,sad\n2.png,happy\n');
    await start({ ...REMOTE, labelled: pathToFileURL(join(folder, 'set', 'l.csv')).href });
    expect(
      put()
        .map(({ Key }) => Key!.split('/').at(-1))
        .sort(),
    ).toEqual(['1.png', 'l.csv']);
    expect(said.join('\n')).toContain('not uploaded: 1 links that leave the folder (e.g. 2.png)');
  });

  it('uploads a folder that is itself a link, since whoever names it has chosen it', async () => {
    pool();
    symlinkSync(join(folder, 'My Pool'), join(folder, 'link'));
    await start({ ...REMOTE, pool: pathToFileURL(join(folder, 'link')).href });
    expect(put()).toHaveLength(2);
  });

  it('lists what would be uploaded and starts nothing where it is only asked', async () => {
    writeFileSync(join(folder, 'notes.md'), '');
    const uri = pool();
    writeFileSync(join(folder, 'My Pool', 'notes.md'), 'n');
    await start({ ...REMOTE, pool: uri }, 'first', true);
    expect([...started(), ...put()]).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/My Pool: 2 files, 0\.0 MB, for s3:\/\/faces\/inputs\/my-pool-[0-9a-f]{16}$/),
      '  not uploaded: 1 .md',
      'Nothing was uploaded and nothing was started (--dry-run).',
    ]);
  });

  it('names what a folder holds of which nothing is read', async () => {
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'notes', 'a.md'), '');
    await expect(start({ ...REMOTE, pool: pathToFileURL(join(folder, 'notes')).href })).rejects.toThrow(
      /^Nothing is read of .*notes: it holds 1 \.md\.$/,
    );
  });

  it('takes the images along that a list names, and nothing else that lies beside it', async () => {
    mkdirSync(join(folder, 'faces', 'a'), { recursive: true });
    for (const name of ['a/1.png', 'a/2.png', 'other.png']) writeFileSync(join(folder, 'faces', name), name);
    writeFileSync(join(folder, 'faces', 'classes.txt'), 'sad\nhappy\n');
    writeFileSync(
      join(folder, 'faces', 'l.csv'),
      'path,label,split\na/1.png,0,train\na/2.png,1,train\na/gone.png,1,train\n',
    );
    await start({ ...REMOTE, labelled: `${pathToFileURL(join(folder, 'faces', 'l.csv')).href}#train` });
    const keys = put().map(({ Key }) => Key?.replace(/^inputs\/faces-[0-9a-f]{16}\//, ''));
    expect(keys.sort()).toEqual(['a/1.png', 'a/2.png', 'classes.txt', 'l.csv']);
    const { labelled } = JSON.parse(started()[0]!.input!) as RunInput;
    expect(labelled).toMatch(/^s3:\/\/faces\/inputs\/faces-[0-9a-f]{16}\/l\.csv#train$/);
  });

  it('uploads the files of a backbone that lies here, and nothing else of its folder', async () => {
    writeFileSync(join(folder, 'model.json'), '{"weightsManifest": [{"paths": ["w.bin"]}]}');
    writeFileSync(join(folder, 'w.bin'), 'weights');
    writeFileSync(join(folder, 'private.txt'), 'private');
    const uri = pathToFileURL(join(folder, 'model.json')).href;
    const { backbone } = resolveConfig('quick', {
      backbone: { uri, size: 64 } as NonNullable<ConfigOverrides['backbone']>,
    });
    await start({ ...REMOTE, config: { seeds: 2, backbone } });
    const keys = put().map(({ Key }) => Key ?? '');
    expect(keys.map((key) => key.split('/').at(-1)).sort()).toEqual(['model.json', 'w.bin']);
    const { config } = JSON.parse(started()[0]!.input!) as RunInput;
    expect(config?.seeds).toBe(2);
    expect(config?.backbone?.uri).toBe(`s3://faces/${keys.find((key) => key.endsWith('model.json'))}`);
    expect(new Set(keys.map((key) => key.slice(0, key.lastIndexOf('/')))).size).toBe(1);
  });

  it('takes a # in the name of a file for what it is, not for a choice of rows', async () => {
    const csv = join(folder, 'odd#name.csv');
    writeFileSync(csv, 'emotion,pixels,Usage\n');
    await start({ ...REMOTE, labelled: pathToFileURL(csv).href });
    const { labelled } = JSON.parse(started()[0]!.input!) as RunInput;
    expect(labelled).toBe(`s3://faces/${put()[0]!.Key}`);
    expect(labelled).not.toContain('#');
  });

  it('refuses a pattern and a list of files of this machine, which would be nowhere on AWS, and takes rows of pixels', async () => {
    const at = (name: string): string => pathToFileURL(join(folder, name)).href;
    writeFileSync(join(folder, 'list.txt'), 'a.png\n');
    writeFileSync(join(folder, 'rows.csv'), 'emotion,pixels,Usage\n');
    await expect(start({ ...REMOTE, pool: at('{0..9}.tar') })).rejects.toThrow(
      /^--pool: .*9\}\.tar is a pattern of files/,
    );
    await expect(start({ ...REMOTE, pool: at('list.txt') })).rejects.toThrow(
      /list\.txt is a list of files of this machine/,
    );
    expect(started()).toEqual([]);
    await start({ ...REMOTE, pool: at('rows.csv') });
    expect(started()).toHaveLength(1);
  });

  it('names a folder that holds nothing, and starts nothing', async () => {
    mkdirSync(join(folder, 'empty'));
    const empty = pathToFileURL(join(folder, 'empty')).href;
    await expect(start({ ...REMOTE, pool: empty })).rejects.toThrow(/There is no file in .*empty/);
    expect(started()).toEqual([]);
  });

  it('sends no file again that is there with the same bytes', async () => {
    const sum = createHash('sha256').update('one').digest('hex');
    s3.on(HeadObjectCommand).resolves({ ContentLength: 3, Metadata: { sha256: sum } });
    await start({ ...REMOTE, pool: pool() });
    expect(put().map(({ Key }) => Key)).toEqual([expect.stringMatching(/2\.png$/)]);
  });

  it('starts nothing where the bucket cannot be written, and names the object', async () => {
    s3.on(PutObjectCommand).rejects(named('AccessDenied', 'no'));
    await expect(start({ ...REMOTE, pool: pool() })).rejects.toThrow(/s3:\/\/faces\/inputs\/my-pool-.*denied/);
    expect(started()).toEqual([]);
  });

  it.each([
    ['a run id that no job could be named by', REMOTE, 'a.b', /--run-id.*A-Z/],
    [
      'more input than Step Functions takes',
      {
        ...REMOTE,
        benchmarks: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`b${i}`, `s3://in/${'t'.repeat(900)}`])),
      },
      'x',
      /bytes; at most 262,144/,
    ],
    ['a setting out of its range', { ...REMOTE, config: { mining: { topFraction: 2 } } }, 'x', /topFraction/],
  ])('uploads and starts nothing with %s', async (_what, input, runId, words) => {
    await expect(start(input, runId)).rejects.toThrow(words);
    expect([...started(), ...put()]).toEqual([]);
  });
});
