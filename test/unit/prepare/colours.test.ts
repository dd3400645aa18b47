import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { coloursFile, labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { planFile, shardManifestFile } from '../../../core/artifacts/run.ts';
import type { ConfigOverrides } from '../../../core/contracts/config.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { runPrepare } from '../../../core/prepare/prepare-stage.ts';
import { random } from '../../../core/tensor/random.ts';
import { folderWith, temporaryStore } from '../../support/images.ts';
import { toyContext } from '../../support/job-context.ts';
import { toyPlan } from '../../support/toy.ts';

/** Noise, as a JPEG of three channels whatever it shows. */
const picture = (seed: number, coloured: boolean): Promise<Buffer> => {
  const draw = random('picture', seed);
  const pixels = Uint8Array.from({ length: 16 * 16 }, () => draw.below(256)).reduce<number[]>((all, grey) => {
    all.push(grey, coloured ? draw.below(256) : grey, grey);
    return all;
  }, []);
  return sharp(Uint8Array.from(pixels), { raw: { width: 16, height: 16, channels: 3 } })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
};

const pictures = async (names: readonly string[], first: number, coloured: boolean): Promise<Record<string, Buffer>> =>
  Object.fromEntries(
    await Promise.all(names.map(async (name, i) => [name, await picture(first + i, coloured)] as const)),
  );

const LABELLED = ['a/1.jpg', 'a/2.jpg', 'b/1.jpg', 'b/2.jpg'];
const POOL = ['0.jpg', '1.jpg', '2.jpg'];

/** Prepares a run, of which the pool may be missing. */
const prepared = async (labelled: boolean, pool: boolean, image: ConfigOverrides['image'] = {}) => {
  const store = temporaryStore();
  const root = await folderWith(await pictures(POOL, 100, pool));
  await shardManifestFile('r', 0).write(store, { index: 0, format: 'images', root, parts: POOL });
  const plan: Plan = toyPlan({
    labelled: await folderWith(await pictures(LABELLED, 1, labelled)),
    benchmarks: { held: await folderWith(await pictures(['a/t.jpg'], 50, labelled)) },
    config: resolveConfig('quick', { image: { size: 16, ...image }, limits: { minPerClass: 2 } }),
    classes: ['a', 'b'],
    labelledCounts: [2, 2],
  });
  await planFile('r').write(store, plan);
  const said: string[] = [];
  await runPrepare({ ...toyContext(store, plan), log: (level, words) => said.push(`${level}: ${words}`) }, {});
  const { config } = await planFile('r').read(store);
  const { channels } = await labelledSetFile('r').read(store);
  expect(config.image.channels).toBe(channels);
  return { channels, colours: await coloursFile('r').find(store), said: said[0]! };
};

describe('what a run sees where nobody has said whether it is grey or colour', () => {
  it('is colour where the labelled set and the pool are in colour: two classes may differ in nothing else', async () => {
    const { channels, colours, said } = await prepared(true, true);
    expect({ channels, colours }).toEqual({ channels: 3, colours: { labelled: 1, pool: 1, channels: 3 } });
    expect(said).toMatch(/^info: Images are seen in colour: 100 % of the labelled images and 100 % of a preview/);
  });

  it('is grey, with a warning, where the pool has no colour: nets would tell the two apart by it', async () => {
    const { channels, colours, said } = await prepared(true, false);
    expect({ channels, colours }).toEqual({ channels: 1, colours: { labelled: 1, pool: 0, channels: 1 } });
    expect(said).toMatch(/^warn: Images are seen in grey: .*Set image\.channels/);
  });

  it('is grey where labelled images are grey, though they are stored as colour', async () => {
    const { channels, colours, said } = await prepared(false, true);
    expect({ channels, colours }).toEqual({ channels: 1, colours: { labelled: 0, channels: 1 } });
    expect(said).toMatch(/^info: Images are seen in grey: 0 % of the labelled images/);
  });

  it('is what a person says, unasked', async () => {
    expect(await prepared(true, true, { channels: 1 })).toMatchObject({ channels: 1, colours: undefined });
    expect(await prepared(false, false, { channels: 3 })).toMatchObject({ channels: 3, colours: undefined });
  });
});
