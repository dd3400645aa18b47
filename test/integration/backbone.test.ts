import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backboneFiles } from '../../core/artifacts/backbone.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { summaryFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import { comparisonFile } from '../../core/artifacts/verdict.ts';
import { identifyModel } from '../../core/backbone/model-files.ts';
import type { ConfigOverrides } from '../../core/contracts/config.ts';
import { runKey } from '../../core/contracts/keys.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { fileStore } from '../../core/store/file.ts';
import { runLocally } from '../../local/run.ts';
import { digestsOf } from '../support/digests.ts';
import { TINY_BACKBONE, writeTinyBackbones } from '../support/tiny-backbone.ts';
import { TINY, writeTinyData } from '../support/tiny-data.ts';
import { warmJobs } from '../support/warm-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-backbone-'));
const warm = warmJobs();
let input: RunInput;
let models: { readonly onnx: string; readonly tfjs: string };

/** @param until - the state before whose jobs the run is stopped */
const run = async (
  out: string,
  backbone: Partial<NonNullable<ConfigOverrides['backbone']>>,
  until?: string,
): Promise<void> => {
  const stop = new AbortController();
  const started = runLocally({
    // Nets of four steps learn nothing: what the mined images did to them is chance.
    input: { ...input, config: { ...CONFIG, backbone: { ...tiny(), ...backbone } }, evenIfHarmful: true },
    outFolder: join(folder, out),
    runId: 'main',
    backend: 'wasm',
    maxJobs: 2,
    signal: stop.signal,
    decorate: warm(),
    onEvent: (event) => {
      if (event.type === 'stage-started' && event.stage === until) stop.abort();
    },
  });
  if (until === undefined) return started;
  await expect(started).rejects.toThrow();
};

/** No more than what hangs on who mines, and the primitives. */
const CONFIG: ConfigOverrides = {
  ...TINY,
  student: { ...TINY.student, consistency: { steps: 0 } },
  distill: { ...TINY.distill, methods: ['random'] },
};

const tiny = (): NonNullable<ConfigOverrides['backbone']> => ({
  ...{ channels: 3, mean: 0, deviation: 1, colours: 'rgb', mirror: true, ...TINY_BACKBONE },
  uri: models.onnx,
});

/** What does not hang on who mined; without consistency training the controls label nothing. */
const untouched = (digests: string): string[] =>
  digests.split('\n').filter((line) => /^(primitive|fold|gate|control|inputs)\/(?!.*soft-labels)/.test(line));

beforeAll(async () => {
  input = await writeTinyData(join(folder, 'data'));
  models = await writeTinyBackbones(join(folder, 'models'));
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a run that mines by a backbone', () => {
  it('goes through the whole workflow, and says everywhere whose model it was', async () => {
    await run('onnx', {});
    const store = fileStore(join(folder, 'onnx'));
    const summary = await summaryFile('main').read(store);
    const identity = await identifyModel(models.onnx);
    expect(summary.backbone).toMatchObject({
      ...identity,
      uri: models.onnx,
      output: 'embedding',
      width: 12,
      labelled: 24,
    });
    expect(summary.backbone!.accuracy).toBeGreaterThan(0.9);
    expect(summary.calibration).toMatchObject({ accuracy: summary.backbone!.accuracy, images: 24 });
    const accuracy = summary.accuracy.test!;
    expect(accuracy.backbone!.mean).toBeGreaterThan(0.9);
    expect(Object.keys(summary.comparisons.test!.backbone!)).toEqual(['primitive']);

    const read = async (path: string) => (await readFile(join(folder, 'onnx', runKey('main', path)))).toString();
    expect(await read('release/README.md')).toContain(identity.sha256);
    expect(await read('release/README.md')).toContain('* `backbone`: a linear head on the backbone that mined');
    expect(await read('report/index.html')).toContain(identity.sha256);

    // The pool's two patterns come in turn, and are easy for it.
    const rows = await minedFile('main', 0).read(store);
    const right = rows.filter(({ key, label }) => Number(/(\d+)\.png$/.exec(key)![1]) % 2 === label);
    expect(right.length / rows.length).toBeGreaterThan(0.9);
  }, 1_200_000);

  it('leaves the primitives as they are without it, or the gain would be measured from elsewhere', async () => {
    const golden = await readFile(join(import.meta.dirname, '../support/golden-digests.txt'), 'utf8');
    const found = await digestsOf(join(folder, 'onnx', runKey('main')));
    expect(untouched(found)).toEqual(untouched(golden));
    expect(untouched(found).length).toBeGreaterThan(5);
  });

  it('has each part of the labelled set judged by labels of a head that has not seen it', async () => {
    const store = fileStore(join(folder, 'onnx'));
    for (const fold of [0, 1]) {
      const { rows } = await backboneFiles('main').fold(fold).heldOut.read(store);
      expect((await comparisonFile('main', 0, fold).read(store)).labels).toHaveLength(rows.length);
    }
    const files = shardFiles('main', 0, 0);
    const { folds, labels } = await files.foldLabels.read(store);
    expect(folds).toBe(2);
    expect(labels).toHaveLength(2 * (await files.candidates.read(store)).length);
  });

  it('mines the same by a TF.js model as by the same model in ONNX', async () => {
    await run('tfjs', { uri: models.tfjs }, 'CompareFolds');
    const rowsOf = async (out: string) =>
      (await minedFile('main', 0).read(fileStore(join(folder, out)))).map(({ key, label }) => `${key} ${label}`).sort();
    expect(await rowsOf('tfjs')).toEqual(await rowsOf('onnx'));
  }, 600_000);

  it('mines the same bits when it is run again', async () => {
    await run('again', {}, 'CompareFolds');
    const bytesOf = (out: string) => minedFile('main', 0).bytes(fileStore(join(folder, out)));
    expect(await bytesOf('again')).toEqual(await bytesOf('onnx'));
  }, 600_000);
});

describe('a backbone that does not work', () => {
  const logged = async (out: string, job: string): Promise<string> =>
    readFile(join(folder, out, runKey('main', 'logs', `${job}.log`)), 'utf8');

  it('ends the run in Plan where there is none', async () => {
    const uri = pathToFileURL(join(folder, 'models', 'none.onnx')).href;
    await expect(run('missing', { uri })).rejects.toThrow(/config\.backbone: uri: There is no .*none\.onnx/);
  }, 300_000);

  it('ends the run in Prepare where it has no such output, before anything is trained', async () => {
    await expect(run('output', { output: 'embeding' })).rejects.toThrow(
      /config\.backbone: output: the model computes nothing called "embeding"\. It computes "embedding" \[any, 12\]/,
    );
    expect(await logged('output', 'inputs')).toContain('BackboneError');
  }, 300_000);

  it('ends the run where it was exchanged meanwhile', async () => {
    await run('exchanged', { output: 'map' }).catch(() => undefined);
    const { onnx } = await writeTinyBackbones(join(folder, 'models'));
    const path = fileURLToPath(onnx);
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole, Buffer.from([0x10, 0x01])]));
    await expect(run('exchanged', { output: 'map' })).rejects.toThrow(/is not the model that the run was planned with/);
    await writeFile(path, whole);
  }, 300_000);
});
