import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { ownerFile, planFile, shardManifestFile } from '../../../core/artifacts/run.ts';
import { PlanOutput } from '../../../core/contracts/plan.ts';
import { claimRun } from '../../../core/plan/claim-run.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import { openStore } from '../../../core/store/open.ts';
import { handler } from '../../../functions/plan.ts';
import { collect, folderWith, temporaryStore } from '../../support/images.ts';
import { planInputs, SMALL } from '../../support/plan-inputs.ts';

describe('a plan', () => {
  it('is the same run when only harm is to be ignored, or what is done would have to be done again', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    expect((await makePlan('r', input, store)).evenIfHarmful).toBe(false);
    const before = await planFile('r').bytes(store);
    expect((await makePlan('r', { ...input, evenIfHarmful: true }, store)).evenIfHarmful).toBe(true);
    expect(await planFile('r').bytes(store)).toEqual(before);
    expect((await makePlan('r', input, store)).evenIfHarmful).toBe(false);
  });

  it('takes down which model mines, and refuses one that is not there before it writes anything', async () => {
    const root = await folderWith({ 'a.onnx': 'a model' });
    const input = await planInputs();
    const withModel = (name: string) => ({
      ...input,
      config: { ...SMALL, backbone: { uri: `${root}/${name}`, size: 64 } },
    });
    const store = temporaryStore();
    await expect(makePlan('r', withModel('b.onnx'), store)).rejects.toMatchObject({
      name: 'BackboneError',
      exitCode: 64,
    });
    expect(await collect(store.list(''))).toEqual([]);
    const { items } = await makePlan('r', withModel('a.onnx'), store);
    expect(items.primitives![0]).toEqual({ role: 'backbone', seed: 0 });
    expect((await planFile('r').read(store)).backbone).toEqual({
      sha256: createHash('sha256').update('a model').digest('hex'),
      bytes: 7,
    });
  });

  it('maps the whole run from the input', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    const output = await makePlan('run-1', input, store);
    expect(PlanOutput.parse(output)).toEqual({
      runId: 'run-1',
      round: 0,
      toleratedShards: 0,
      evenIfHarmful: false,
      items: {
        folds: [0, 1, 2, 3, 4],
        shards: [0],
        primitives: [
          { role: 'gate', seed: 0 },
          { role: 'primitive', seed: 0 },
          { role: 'primitive', seed: 1 },
          ...[0, 1, 2, 3, 4].map((seed) => ({ role: 'fold', seed })),
        ],
        students: [
          { role: 'student', seed: 0 },
          { role: 'student', seed: 1 },
          { role: 'control', seed: 0 },
          { role: 'control', seed: 1 },
        ],
        consistent: [
          { role: 'consistent', seed: 0 },
          { role: 'consistent', seed: 1 },
          { role: 'consistent-control', seed: 0 },
          { role: 'consistent-control', seed: 1 },
        ],
        noisy: [],
        pretrained: [0, 1, 2, 3],
        labelledBanks: [0, 1],
        // The long jobs first, and not in the order of the report. Chance has no part in herding: it is drawn once.
        distilled: [
          { method: 'dm', ipc: 1, draw: 0 },
          { method: 'dm', ipc: 1, draw: 1 },
          { method: 'dm', ipc: 10, draw: 0 },
          { method: 'dm', ipc: 10, draw: 1 },
          { method: 'herding', ipc: 1, draw: 0 },
          { method: 'herding', ipc: 10, draw: 0 },
        ],
        released: [
          { method: 'dm', ipc: 1 },
          { method: 'dm', ipc: 10 },
        ],
        evaluations: [
          'boost/none',
          'boost/mined',
          'boost/mined-soft',
          'boost/pool-soft',
          'boost/no-pool',
          'only/herding-ipc1',
          'only/herding-ipc10',
          'only/dm-ipc1',
          'only/dm-ipc10',
          'boost/herding-ipc1',
          'boost/herding-ipc10',
          'boost/dm-ipc1',
          'boost/dm-ipc10',
          'primitive',
          'control',
          'omni',
          'consistent-control',
          'consistent',
          'ensemble',
        ].map((arm) => ({ arm })),
      },
    });
    expect(await planFile('run-1').read(store)).toMatchObject({
      classes: ['happy', 'sad'],
      labelledCounts: [6, 5],
      shardCount: 1,
      config: { seeds: 2, primitive: { steps: 1250 } },
    });
  });

  it('divides a mixed, nested pool in the order of its keys', async () => {
    const pool = { '1.png': '', '2.txt': '', 'b/3.jpg': '', 'b/p.tar': '', 'c/4.webp': '', '.d/5.png': '' };
    const store = temporaryStore();
    const input = await planInputs(pool);
    const { items } = await makePlan('r', input, store);
    const manifests = await Promise.all(items.shards!.map((i) => shardManifestFile('r', i as number).read(store)));
    const root = input.pool;
    expect((await planFile('r').read(store)).poolFound).toEqual({
      formats: { images: 3, tar: 1 },
      passedOver: { '.txt': 1, 'hidden files': 1 },
    });
    expect(manifests).toEqual([
      { index: 0, format: 'images', root, parts: ['1.png', 'b/3.jpg'] },
      { index: 1, format: 'tar', root, parts: ['b/p.tar'] },
      { index: 2, format: 'images', root, parts: ['c/4.webp'] },
    ]);
  });

  it('takes a single tar as a pool', async () => {
    const store = temporaryStore();
    const input = await planInputs({ 'p.tar': '' });
    expect((await makePlan('r', { ...input, pool: `${input.pool}/p.tar` }, store)).items.shards).toEqual([0]);
    await expect(makePlan('q', { ...input, pool: `${input.pool}/no.tar` }, store)).rejects.toThrow(
      /^pool: There is no/,
    );
  });

  it('stays the same when a run is continued, also when the pool has grown', async () => {
    const store = temporaryStore();
    const input = await planInputs({ '1.png': '', '2.png': '' });
    const first = await makePlan('r', input, store);
    const before = await store.get('runs/r/plan.json');
    for (const name of ['3.png', '4.png', '5.png']) await openStore(input.pool).put(name, '');
    expect(await makePlan('r', input, store)).toEqual(first);
    expect(await store.get('runs/r/plan.json')).toEqual(before);
  });

  it('is that of a run of an earlier version, which knew fewer settings', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    const first = await makePlan('r', input, store);
    const begun = JSON.parse(String(await store.get('runs/r/input.json'))) as { config: { mining: object } };
    const { sampleImage: _, ...mining } = begun.config.mining as { sampleImage?: unknown };
    await store.put('runs/r/input.json', JSON.stringify({ ...begun, config: { ...begun.config, mining } }));
    expect(await makePlan('r', input, store)).toEqual(first);
    const other = { ...input, config: { ...input.config, seed: 5 } };
    await expect(makePlan('r', other, store)).rejects.toThrow(/different settings: config\.seed: 0 there, 5 now/);
  });

  it('is that of the run to be continued, where the execution has a name of its own', async () => {
    const store = temporaryStore();
    const input = await planInputs({ '1.png': '', '2.png': '' });
    const first = await makePlan('main', input, store);
    expect(await makePlan('main--2', { ...input, runId: 'main' }, store)).toEqual(first);
    expect((await collect(store.list('runs/'))).every(({ key }) => key.startsWith('runs/main/'))).toBe(true);
  });

  it('takes an audit that was made of its results, and keeps it where none is given later', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    const first = await makePlan('r', input, store);
    const audits = await folderWith({ 'a.csv': 'file,label\na.png,sad\n', 'b.csv': 'file,label\na.png,happy\n' });
    const auditOf = async () => (await planFile('r').read(store)).audit;
    for (const [audit, then] of [
      [`${audits}/a.csv`, `${audits}/a.csv`],
      [`${audits}/b.csv`, `${audits}/b.csv`],
      [undefined, `${audits}/b.csv`],
    ]) {
      expect(await makePlan('r', { ...input, ...(audit && { audit }) }, store)).toEqual(first);
      expect(await auditOf()).toBe(then);
    }
    const broken = await folderWith({ 'c.csv': 'name,label\na.png,sad\n' });
    await expect(makePlan('r', { ...input, audit: `${broken}/c.csv` }, store)).rejects.toThrow(/needs the columns/);
    expect(await auditOf()).toBe(`${audits}/b.csv`);
  });

  it('is completed when its writing was cut off', async () => {
    const store = temporaryStore();
    const input = await planInputs({ '1.png': '', '2.png': '', '3.png': '' });
    const put = store.put;
    const dying = {
      ...store,
      put: (key: string, body: Buffer | string) =>
        /plan/.test(key) ? Promise.reject(new Error('killed')) : put(key, body),
    };
    await expect(makePlan('r', input, dying)).rejects.toThrow('killed');
    expect((await makePlan('r', input, store)).items.shards).toEqual([0, 1]);
  });

  it('comes from the Lambda handler, which takes its store from the environment', async () => {
    const store = temporaryStore();
    vi.stubEnv('OMNIDISTILL_STORE', store.root);
    expect(await handler({ runId: 'r', execution: 'local:r', input: await planInputs() })).toMatchObject({
      runId: 'r',
      items: { shards: [0] },
    });
    vi.unstubAllEnvs();
    expect((await collect(store.list('runs/r/'))).map(({ key }) => key)).toEqual([
      'runs/r/input.json',
      'runs/r/owner.json',
      'runs/r/plan.json',
      'runs/r/shards/00000.json',
    ]);
  });

  it('is made by one of two executions that start at once, or shards of two minds would be mined', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    const start = (execution: string) =>
      makePlan(execution, { ...input, runId: 'r' }, store, (runId) =>
        claimRun(store, runId, execution, async () => true),
      );
    const ends = await Promise.allSettled([start('one'), start('two')]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { reason } = ends.find((end): end is PromiseRejectedResult => end.status === 'rejected')!;
    expect(reason).toMatchObject({ name: 'ConfigError', exitCode: 64 });
    expect(reason.message).toMatch(/^The run r is held by the execution (one|two) since 20.* another run id/);
  });

  it('leaves a run of other settings to whom it belongs', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    const start = (execution: string, more = {}) =>
      makePlan(execution, { ...input, ...more, runId: 'r' }, store, (runId) =>
        claimRun(store, runId, execution, async () => false),
      );
    await start('one');
    await expect(start('two', { preset: 'full' })).rejects.toThrow('different settings');
    expect((await ownerFile('r').read(store)).execution).toBe('one');
  });
});
