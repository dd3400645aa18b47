import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../core/plan/make-plan.ts';
import { folderWith, temporaryStore } from '../../support/images.ts';
import { labelledFiles, planInputs, SMALL } from '../../support/plan-inputs.ts';

describe('a plan is refused before anything is spent', () => {
  const refusal = async (change: object, runId = 'r') => {
    const store = temporaryStore();
    const error: unknown = await makePlan(runId, { ...(await planInputs()), ...change }, store).catch(
      (thrown) => thrown,
    );
    expect(await store.has('runs/r/plan.json')).toBe(false);
    return error;
  };

  it.each([
    ['an unknown config field', { config: { primitve: {} } }, /config: Unrecognized key: "primitve"/],
    ['a negative setting', { config: { primitive: { steps: -1 } } }, /config\.primitive\.steps: .*>=1/],
    [
      'a net that there is not',
      { config: { net: { name: 'resnet50' } } },
      /config\.net\.name: .*expected one of "k2"\|"convnet"\|"resnet"/,
    ],
    ['a width that no net has', { config: { net: { width: 6 } } }, /config\.net\.width: .*multiple of 4/],
    [
      'an image that the net cannot halve as often as it has to',
      { config: { net: { name: 'resnet' }, image: { size: 20 } } },
      /image\.size: must be a multiple of 8 for the net "resnet"\. Received 20\./,
    ],
    ['a width that no student has', { config: { student: { net: { width: 6 } } } }, /net\.width: .*multiple of 4/],
    ['a setting that is no number', { config: { seeds: 'three' } }, /config\.seeds: .*expected number/],
    ['an unknown method', { config: { distill: { methods: ['mtt'] } } }, /methods\.0: .*"random"\|"herding".*"dm"/],
    ['an unknown score', { config: { mining: { score: 'luck' } } }, /mining\.score: .*"similarity"\|"confidence"/],
    ['an unknown preset', { preset: 'fast' }, /preset: .*"quick"\|"standard"\|"full"/],
    ['a plain path', { pool: '/data/pool' }, /pool: must start with s3:\/\/BUCKET or file:\/\/\//],
    ['no benchmark', { benchmarks: {} }, /benchmarks: needs at least one benchmark/],
    ['a missing labelled folder', { labelled: 'file:///no/such' }, /^labelled: There is no folder \/no\/such/],
    ['a missing pool', { pool: 'file:///no/such' }, /^pool: There is no folder \/no\/such/],
    ['a missing benchmark', { benchmarks: { x: 'file:///no/such' } }, /^benchmarks\.x: There is no folder \/no\/such/],
    ['a missing audit file', { audit: 'file:///no/such.csv#label' }, /^audit: There is no file:\/\/\/no\/such\.csv/],
  ])('for %s', async (_, change, message) => {
    expect(await refusal(change)).toMatchObject({
      name: 'ConfigError',
      exitCode: 64,
      message: expect.stringMatching(message),
    });
  });

  it('for an audit file that Publish could not read hours later', async () => {
    const audits = await folderWith({ 'a.csv': 'name,label\na.png,sad\n' });
    expect(await refusal({ audit: `${audits}/a.csv` })).toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^audit: .*a\.csv needs the columns file and label\. Received name, label\./),
    });
  });

  it('for an audit of labels that are no classes, e.g. of another column: nothing would be right', async () => {
    const audits = await folderWith({ 'a.csv': 'file,label,name\n1.png,0,none\n2.png,3,happy\n' });
    expect(await refusal({ audit: `${audits}/a.csv` })).toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /^audit: No label in .*a\.csv is a class of the labelled set, e\.g\. "0"\. The classes are happy, sad\..*FILE#COLUMN/,
      ),
    });
    const store = temporaryStore();
    await makePlan('r', { ...(await planInputs()), audit: `${audits}/a.csv#name` }, store);
    expect(await store.has('runs/r/plan.json')).toBe(true);
  });

  it('for a pool that holds what runs write, which the next one would mine', async () => {
    const store = temporaryStore();
    for (const pool of [
      store.root,
      `${store.root}/`,
      `${store.root}/x/..`,
      store.root.slice(0, store.root.lastIndexOf('/')),
    ]) {
      await expect(makePlan('r', { ...(await planInputs()), pool }, store)).rejects.toThrow(
        /^pool: file:.* holds file:.*\/runs\/?, where runs write to: .*another place/,
      );
    }
  });

  it("for a place on the disk of a machine of the cloud, which is nobody's input, whichever field names it", async () => {
    const store = { ...temporaryStore(), root: 's3://bucket' };
    const remote = { labelled: 's3://bucket/l', pool: 's3://bucket/p', benchmarks: { x: 's3://bucket/x' } };
    const input = {
      ...remote,
      benchmarks: { x: 'file:///proc' },
      audit: 'file:///etc/passwd',
      config: { ...SMALL, backbone: { uri: 'file:///m.onnx', size: 64 } },
    };
    await expect(makePlan('r', input, store)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /^benchmarks\.x: file:\/\/\/proc; audit: file:\/\/\/etc\/passwd; config\.backbone\.uri: file:.*start` uploads/,
      ),
    });
    for (const field of ['labelled', 'pool']) {
      const wrong = makePlan('r', { ...remote, [field]: 'file:///etc' }, store);
      await expect(wrong).rejects.toThrow(new RegExp(`^${field}: file:///etc: a run in S3 reads from S3 alone`));
    }
  });

  it('for a run id that cannot be a folder', async () => {
    expect(await refusal({}, '../r')).toMatchObject({ name: 'ConfigError' });
  });

  it.each([
    ['one class', { a: 9 }, /^labelled: one class only \("a"\)/],
    ['no class', {}, /^labelled: no class folders in/],
    ['classes with too few images', { a: 4, b: 5, c: 0 }, /"a" has 4; the minimum is 5/],
  ])('for %s', async (_, counts, message) => {
    const labelled = await folderWith(labelledFiles(counts));
    expect(await refusal({ labelled })).toMatchObject({ name: 'DataError', message: expect.stringMatching(message) });
  });

  it('for a class folder without any image', async () => {
    const labelled = await folderWith({ ...labelledFiles({ a: 5, b: 5 }), 'c/notes.txt': '' });
    expect(await refusal({ labelled })).toMatchObject({
      message: expect.stringContaining('"c" has 0; the minimum is 5'),
    });
  });

  it('for a benchmark with a class that nobody learned, or with nothing', async () => {
    const foreign = { benchmarks: { x: await folderWith(labelledFiles({ happy: 2, contempt: 1 })) } };
    expect(await refusal(foreign)).toMatchObject({
      name: 'DataError',
      message: 'benchmarks.x: unknown class "contempt". The labelled set has happy, sad.',
    });
    const nothing = { benchmarks: { x: await folderWith({}) } };
    expect(await refusal(nothing)).toMatchObject({
      message: expect.stringMatching(/^benchmarks\.x: no readable images/),
    });
  });

  it('for a pool without images', async () => {
    const pool = await folderWith({ 'a.txt': '', 'b.tar.xz': '' });
    expect(await refusal({ pool })).toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(
        /^pool: No image and no archive of images in .*, which holds 1 \.txt, 1 \.xz\. b\.tar\.xz is packed/,
      ),
    });
  });

  it('for a run whose plan is lost, though its inputs are prepared: nobody would know the channels and mirrors decided then', async () => {
    const store = temporaryStore();
    await store.put('runs/r/inputs/stats.json', '{}');
    await expect(makePlan('r', await planInputs(), store)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/runs\/r\/plan\.json is gone, .*delete .*runs\/r\/inputs\/stats\.json to have/),
    });
    expect(await store.has('runs/r/plan.json')).toBe(false);
  });

  it('for a run id that stands for other settings, with each difference', async () => {
    const store = temporaryStore();
    const input = await planInputs();
    await makePlan('r', input, store);
    const other = { ...input, config: { ...SMALL, seed: 7, mining: { shardSize: 2, topFraction: 0.5 } } };
    await expect(makePlan('r', other, store)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /holds another run with different settings: config\.seed: 0 there, 7 now; config\.mining\.topFraction: "auto" there, 0\.5 now\./,
      ),
    });
  });
});
