import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { costOf, DEFAULTS } from '../../../../cli/aws/cost.ts';
import { costLines } from '../../../../cli/aws/cost-lines.ts';
import { type Assumptions, estimateRun } from '../../../../cli/aws/estimate.ts';

const SIMPLE: Assumptions = {
  images: 3_600_000,
  shards: 1000,
  minedShare: 0.25,
  imagesPerSecond: 1000,
  nets: 5,
  readers: 0,
  embedders: 0,
  imageBytes: 2304,
  jobStartSeconds: 3.6,
  fixedJobHours: 2,
  retryShare: 0.25,
  hourPrice: 1,
  spotShare: 0.5,
  onDemandShare: 0.2,
  jobsAtOnce: 6,
  machineStartMinutes: 10,
  diskGigabytes: 73,
  singleObjects: false,
  otherRegionGigabytes: 0,
  scratchDays: 30,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-cost-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an estimate', () => {
  it('is what one reckons by hand', () => {
    const { jobHours, miningHours, transitions, dollars, total, totalOnDemand } = estimateRun(SIMPLE);
    // One hour of images, one of starts, two of the rest; a quarter of it twice.
    expect(jobHours).toBeCloseTo(5, 9);
    expect(miningHours).toBeCloseTo((2 * 1.25) / 6 + 1 / 6, 9);
    expect(transitions).toBe(2200);
    // Six hours with the starts of six machines: a fifth at $1, the rest at half of that.
    expect(dollars.machines).toBeCloseTo(3.6, 9);
    expect(dollars['root volumes']).toBeCloseTo(6 * 0.1 * 0.08, 9);
    expect(dollars['state transitions']).toBeCloseTo(0.055, 9);
    expect(dollars['public IPv4 addresses']).toBeCloseTo(6 * 0.005, 9);
    expect(total).toBeCloseTo(
      Object.values(dollars).reduce((sum, value) => sum + value, 0),
      9,
    );
    expect(totalOnDemand - total).toBeCloseTo(2.4, 9);
  });

  it('grows with the mined set, which jobs read and some embed: 1.16 million images are hours that a small run has not', () => {
    const { hours } = estimateRun({ ...SIMPLE, readers: 10, embedders: 2 });
    // 900,000 mined images at 20 microseconds and 1,000 shards at 100 ms, 16 at once; a quarter of it twice.
    expect(hours['reading the mined set']).toBeCloseTo((10 * (18 + 6.25) * 1.25) / 3600, 9);
    expect(hours['embedding the mined set']).toBeCloseTo((2 * 900_000 * 1.25) / 5000 / 3600, 9);
    const twice = estimateRun({ ...SIMPLE, readers: 10, embedders: 2, minedShare: 0.5 });
    expect(twice.hours['embedding the mined set']).toBeCloseTo(2 * hours['embedding the mined set']!, 9);
    expect(twice.dollars['S3 scratch with its versions']).toBeCloseTo((3_600_000 * 2424 * 0.023) / 1e9, 9);
  });

  it('names everything that AWS bills, so that the bill brings nothing new', () => {
    expect(Object.keys(estimateRun(SIMPLE).dollars)).toEqual([
      'machines',
      'root volumes',
      'public IPv4 addresses',
      'state transitions',
      'S3 requests',
      'S3 scratch with its versions',
      'pool from another Region',
      'Lambda',
      'logs of jobs and workflow',
      'flow and access logs',
      'X-Ray traces',
    ]);
    const far = estimateRun({ ...SIMPLE, otherRegionGigabytes: 50 });
    expect(far.total - estimateRun(SIMPLE).total).toBeCloseTo(1, 9);
  });

  it('counts a read for every image that is an object of its own', () => {
    const single = estimateRun({ ...SIMPLE, singleObjects: true });
    const more = single.dollars['S3 requests']! - estimateRun(SIMPLE).dollars['S3 requests']!;
    expect(more).toBeCloseTo(3_600_000 * 0.0000004, 9);
  });
});

describe('cost', () => {
  it("takes the paper's pool where none is given, and says that no mining job was measured on a GPU", async () => {
    const cost = await costOf(DEFAULTS);
    expect(cost.assumptions.images).toBe(5_822_653);
    expect(costLines(cost).join('\n')).toMatch(/5,822,653[\s\S]*no mining job was measured on a GPU/);
    // The worst that the settings allow: 32 g5.xlarge for a week.
    expect(cost.worst).toBeCloseTo(32 * 168 * 1.006, 9);
    expect(costLines(cost)[0]).toContain('at the very worst $5408.26');
  });

  it('counts the images of a pool by listing it', async () => {
    for (const name of ['a.png', 'b.jpg', 'notes.txt']) writeFileSync(join(folder, name), '');
    const { assumptions } = await costOf({ ...DEFAULTS, pool: pathToFileURL(folder).href });
    expect(assumptions).toMatchObject({ images: 2, singleObjects: true });
  });

  it('asks how many images are in tars, which listing does not tell', async () => {
    for (const name of ['a.tar', 'b.tar']) writeFileSync(join(folder, name), '');
    const pool = pathToFileURL(folder).href;
    await expect(costOf({ ...DEFAULTS, pool })).rejects.toThrow(/2 tars.*--images/);
    expect((await costOf({ ...DEFAULTS, pool, images: 1000 })).assumptions).toMatchObject({ images: 1000, shards: 2 });
  });

  it('says that a pool is empty, and which prices it knows', async () => {
    await expect(costOf({ ...DEFAULTS, pool: pathToFileURL(folder).href })).rejects.toThrow(
      /^--pool: No image and no archive of images in .*, which is empty/,
    );
    await expect(costOf({ ...DEFAULTS, instance: 'p5.48xlarge' })).rejects.toThrow(/--hour-price.*g4dn\.xlarge/);
    expect((await costOf({ ...DEFAULTS, instance: 'p5.48xlarge', hourPrice: 98 })).assumptions.hourPrice).toBe(98);
  });
});
