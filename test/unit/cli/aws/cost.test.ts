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
  imagesPerShard: 3600,
  imagesPerSecond: 1000,
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
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-cost-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an estimate', () => {
  it('is what one reckons by hand', () => {
    const { shards, jobHours, miningHours, transitions, dollars, total, totalOnDemand } = estimateRun(SIMPLE);
    expect(shards).toBe(1000);
    // One hour of images, one of starts, two of the rest; a quarter of it twice.
    expect(jobHours).toBeCloseTo(5, 9);
    expect(miningHours).toBeCloseTo((2 * 1.25) / 6 + 1 / 6, 9);
    expect(transitions).toBe(2200);
    // Six hours with the starts of six machines: a fifth at $1, the rest at half of that.
    expect(dollars.machines).toBeCloseTo(3.6, 9);
    expect(dollars['root volumes']).toBeCloseTo(6 * 0.1 * 0.08, 9);
    expect(dollars['state transitions']).toBeCloseTo(0.055, 9);
    expect(total).toBeCloseTo(
      Object.values(dollars).reduce((sum, value) => sum + value, 0),
      9,
    );
    expect(totalOnDemand - total).toBeCloseTo(2.4, 9);
  });

  it('counts a read for every image that is an object of its own', () => {
    const single = estimateRun({ ...SIMPLE, singleObjects: true });
    expect(single.total - estimateRun(SIMPLE).total).toBeCloseTo(3_600_000 * 0.0000004, 9);
  });
});

describe('cost', () => {
  it("takes the paper's pool where none is given, and says that no GPU was measured", async () => {
    const cost = await costOf(DEFAULTS);
    expect(cost.assumptions.images).toBe(5_822_653);
    expect(costLines(cost).join('\n')).toMatch(/5,822,653[\s\S]*no GPU was measured/);
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
    expect((await costOf({ ...DEFAULTS, pool, images: 1000 })).assumptions.imagesPerShard).toBe(500);
  });

  it('says that a pool is empty, and which prices it knows', async () => {
    await expect(costOf({ ...DEFAULTS, pool: pathToFileURL(folder).href })).rejects.toThrow(
      /^--pool: No image and no archive of images in .*, which is empty/,
    );
    await expect(costOf({ ...DEFAULTS, instance: 'p5.48xlarge' })).rejects.toThrow(/--hour-price.*g4dn\.xlarge/);
    expect((await costOf({ ...DEFAULTS, instance: 'p5.48xlarge', hourPrice: 98 })).assumptions.hourPrice).toBe(98);
  });
});
