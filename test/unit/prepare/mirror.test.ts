import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { labelledSetFile, mirrorFile } from '../../../core/artifacts/inputs.ts';
import { planFile, shardManifestFile } from '../../../core/artifacts/run.ts';
import type { ConfigOverrides } from '../../../core/contracts/config.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import type { LabelledImages } from '../../../core/data/images.ts';
import { netFor } from '../../../core/nets/net-for.ts';
import { mirrorTest } from '../../../core/prepare/mirror.ts';
import { runPrepare } from '../../../core/prepare/prepare-stage.ts';
import { random } from '../../../core/tensor/random.ts';
import { mirrorSentence } from '../../../core/text/mirror.ts';
import { folderWith, greyPng, temporaryStore } from '../../support/images.ts';
import { toyContext } from '../../support/job-context.ts';
import { toyPlan } from '../../support/toy.ts';

const SIZE = 32;

/** Bars of a letter: left, top, width and height, in 32nds of the side. */
type Letter = readonly (readonly [number, number, number, number])[];
const LETTERS = {
  b: [
    [9, 5, 3, 22],
    [12, 14, 9, 3],
    [12, 24, 9, 3],
    [20, 15, 3, 11],
  ],
  d: [
    [20, 5, 3, 22],
    [11, 14, 9, 3],
    [11, 24, 9, 3],
    [9, 15, 3, 11],
  ],
  i: [[15, 5, 3, 22]],
  t: [
    [15, 5, 3, 22],
    [9, 10, 15, 3],
  ],
} as const satisfies Record<string, Letter>;

/** Letters somewhere near the middle on noisy paper. */
const written = (letters: readonly (keyof typeof LETTERS)[], perClass: number): LabelledImages => {
  const draw = random('letters', ...letters);
  const count = letters.length * perClass;
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE }, () => draw.below(60));
  const labels = Int32Array.from({ length: count }, (_, i) => Math.floor(i / perClass));
  labels.forEach((label, i) => {
    const [dx, dy] = [draw.below(7) - 3, draw.below(7) - 3];
    for (const [left, top, width, height] of LETTERS[letters[label]!]) {
      for (let y = top; y < top + height; y++) {
        for (let x = left; x < left + width; x++) pixels[(i * SIZE + y + dy) * SIZE + x + dx] = 180 + draw.below(60);
      }
    }
  });
  return { size: SIZE, channels: 1, count, pixels, labels };
};

describe('Function: mirrorTest', () => {
  it('finds letters that are others in the mirror: a net that learns from both would never tell b from d', () => {
    const test = mirrorTest(written(['b', 'd'], 20), 2);
    expect(test).toMatchObject({ images: 40, mirror: false });
    expect(test.asTheyAre).toBeGreaterThan(0.9);
    expect(test.mirrored).toBeLessThan(0.1);
    expect(mirrorSentence(test)).toMatch(/^Images are not mirrored: .* Set image\.mirror/);
  });

  it('finds that letters which are their own mirrors are the same: mirrors are training images for nothing', () => {
    const test = mirrorTest(written(['i', 't'], 20), 2);
    expect(test).toMatchObject({ mirror: true });
    expect(test.mirrored).toBeGreaterThan(0.9);
    expect(mirrorSentence(test)).toMatch(/^Images are mirrored in training: /);
  });

  it('sees colour as lightness', () => {
    const grey = written(['b', 'd'], 20);
    const pixels = Uint8Array.from({ length: grey.pixels.length * 3 }, (_, at) => grey.pixels[Math.floor(at / 3)]!);
    expect(mirrorTest({ ...grey, channels: 3, pixels }, 2)).toEqual(mirrorTest(grey, 2));
  });

  it('does not forbid mirrors for a handful of images, which may differ by chance', () => {
    expect(mirrorTest(written(['b', 'd'], 3), 2).mirror).toBe(true);
  });
});

describe('what a run does where nobody has said whether images are mirrored', () => {
  const prepared = async (image: ConfigOverrides['image'] = {}) => {
    const store = temporaryStore();
    const { pixels, count, labels } = written(['b', 'd'], 20);
    const files = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const grey = pixels.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE);
        const picture = sharp(grey, { raw: { width: SIZE, height: SIZE, channels: 1 } });
        return [`${'bd'[labels[i]!]}/${i}.png`, await picture.toColourspace('b-w').png().toBuffer()] as const;
      }),
    );
    const parts = ['0.png', '1.png'];
    const root = await folderWith({ '0.png': await greyPng(1), '1.png': await greyPng(2) });
    await shardManifestFile('r', 0).write(store, { index: 0, format: 'images', root, parts });
    const plan = toyPlan({
      labelled: await folderWith(Object.fromEntries(files)),
      config: resolveConfig('quick', { image: { size: SIZE, channels: 1, ...image } }),
      classes: ['b', 'd'],
      labelledCounts: [20, 20],
    });
    await planFile('r').write(store, plan);
    await runPrepare(toyContext(store, plan), {});
    expect((await labelledSetFile('r').read(store)).count).toBe(40);
    return { mirror: (await planFile('r').read(store)).config.image.mirror, test: await mirrorFile('r').find(store) };
  };

  it('is what the labelled set says, kept in the plan for all later jobs', async () => {
    expect(await prepared()).toMatchObject({ mirror: false, test: { mirror: false } });
  });

  it('is what a person says, unasked', async () => {
    expect(await prepared({ mirror: true })).toEqual({ mirror: true, test: undefined });
  });

  it('is never guessed: a net of a plan in which nothing was decided would learn digits from their mirrors', () => {
    const { image, net } = resolveConfig('quick');
    expect(() => netFor({ image, net }, 10)).toThrow(/image\.mirror: is still "auto"/);
    expect(netFor({ image: { ...image, mirror: false }, net }, 10).mirror).toBe(false);
  });
});
