import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { gatherBenchmark, inputFromFlags } from '../../../cli/input.ts';
import { toPoolUri, toUri } from '../../../cli/uri.ts';
import { ConfigError } from '../../../core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const flags = { labelled: folder, pool: 's3://pool-bucket/faces', benchmark: { test: folder } };

describe('Function: toUri', () => {
  it('keeps URIs and makes paths absolute, with their fragment', async () => {
    const csv = file('with space.csv', '');
    const odd = file('odd#name', '');
    expect(await toUri('s3://bucket/a#Training', '--labelled')).toBe('s3://bucket/a#Training');
    expect(await toUri(`${csv}#Training`, '--labelled')).toBe(`${pathToFileURL(csv).href}#Training`);
    expect(await toUri(odd, '--labelled')).toBe(pathToFileURL(odd).href);
    expect(pathToFileURL(odd).href).toContain('%23');
  });

  it('names the flag and the path of a folder that is not there', async () => {
    await expect(toUri('/no/such/folder', '--pool')).rejects.toThrow(ConfigError);
    await expect(toUri('/no/such/folder', '--pool')).rejects.toThrow(/^--pool: \/no\/such\/folder cannot be read/);
  });
});

describe('Function: toPoolUri', () => {
  it('takes a pattern below a folder that is there, and a path whose name only looks like one as it is', async () => {
    const odd = file('a[1]', '');
    expect(await toPoolUri(odd, '--pool')).toBe(pathToFileURL(odd).href);
    expect(await toPoolUri(join(folder, '{0..9}.tar'), '--pool')).toBe(pathToFileURL(join(folder, '{0..9}.tar')).href);
    expect(await toPoolUri('s3://bucket/{0..9}.tar', '--pool')).toBe('s3://bucket/{0..9}.tar');
    await expect(toPoolUri('/no/such/*.tar', '--pool')).rejects.toThrow(/^--pool: \/no\/such cannot be read/);
  });
});

describe('Function: inputFromFlags', () => {
  it('makes the input that one would type into the console', async () => {
    const config = file('config.json', '{"seeds": 2, "seed": 1, "net": {"width": 8}}');
    const audit = file('truth.csv', 'file,label');
    const more = { preset: 'quick', config, seed: 7, poolAudit: `${audit}#emotion`, evenIfHarmful: true };
    const input = await inputFromFlags({ ...flags, ...more });
    expect(input).toEqual({
      labelled: pathToFileURL(folder).href,
      pool: 's3://pool-bucket/faces',
      benchmarks: { test: pathToFileURL(folder).href },
      audit: `${pathToFileURL(audit).href}#emotion`,
      evenIfHarmful: true,
      preset: 'quick',
      config: { seeds: 2, seed: 7, net: { width: 8 } },
    });
  });

  it('takes the path of a backbone from the folder of the file that names it', async () => {
    const model = file('model.onnx', 'a model');
    const config = file('config.json', '{"backbone": {"uri": "model.onnx", "size": 64}}');
    const { backbone } = (await inputFromFlags({ ...flags, config })).config!;
    expect(backbone).toMatchObject({ uri: pathToFileURL(model).href, size: 64, channels: 3 });
    const remote = file('config.json', '{"backbone": {"uri": "s3://models/model.onnx", "size": 64}}');
    expect((await inputFromFlags({ ...flags, config: remote })).config?.backbone?.uri).toBe('s3://models/model.onnx');
    const gone = file('config.json', '{"backbone": {"uri": "gone.onnx", "size": 64}}');
    await expect(inputFromFlags({ ...flags, config: gone })).rejects.toThrow(
      /^config\.backbone\.uri: .*gone\.onnx cannot/,
    );
  });

  it.each([
    ['a typing error in a field', '{"sedes": 2}', /bad\.json.*sedes/],
    ['a negative number', '{"primitive": {"steps": -1}}', /bad\.json.*primitive\.steps/],
    ['text for a number', '{"seeds": "two"}', /bad\.json.*seeds/],
    ['something that is not JSON', '{"seeds": 2', /bad\.json is not JSON/],
  ])('names file and field for %s', async (_, content, message) => {
    const config = file('bad.json', content);
    await expect(inputFromFlags({ ...flags, config })).rejects.toThrow(ConfigError);
    await expect(inputFromFlags({ ...flags, config })).rejects.toThrow(message);
  });

  it('names a config file that is not there and a benchmark name that cannot be a key', async () => {
    await expect(inputFromFlags({ ...flags, config: '/no/config.json' })).rejects.toThrow('--config: /no/config.json');
    await expect(inputFromFlags({ ...flags, benchmark: { 'A B': folder } })).rejects.toThrow('A B');
  });
});

describe('Function: gatherBenchmark', () => {
  it('gathers names in order and splits at the first =', () => {
    expect(gatherBenchmark('b=x=y', gatherBenchmark('a=1'))).toEqual({ a: '1', b: 'x=y' });
  });

  it('takes a name that every object has for one like any other', () => {
    expect(gatherBenchmark('constructor=x', { a: '1' })).toEqual({ a: '1', constructor: 'x' });
  });

  it.each(['name', '=dir', 'name=', '__proto__=dir', 'Test=dir'])('refuses %s', (text) => {
    expect(() => gatherBenchmark(text)).toThrow(ConfigError);
  });

  it('refuses a name given twice, which would silently drop a benchmark', () => {
    expect(() => gatherBenchmark('a=2', { a: '1' })).toThrow('twice');
  });
});
