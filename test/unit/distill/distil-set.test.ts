import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { distilledFiles, pngPath, readDistilled, writeDistilled } from '../../../core/artifacts/distilled.ts';
import { METHOD_NAMES, METHODS, type Method, optimises } from '../../../core/contracts/methods.ts';
import type { DrawnSet } from '../../../core/contracts/names.ts';
import { selectImages, toFloats } from '../../../core/data/images.ts';
import { pack, viewsOf } from '../../../core/data/views.ts';
import { distilSet } from '../../../core/distill/distil-set.ts';
import type { DistillInput } from '../../../core/distill/method.ts';
import { ensembleSoftLabels } from '../../../core/distill/teacher.ts';
import { halfResolutionControl } from '../../../core/evaluate/boost.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { collect } from '../../support/images.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const labelled = toySet(3, 2, 1);
const mined = toySet(9, 2, 2);
const teachers = [toyWeights(1, 2), toyWeights(2, 2)];
const featureNets = [toyWeights(3, 2), toyWeights(4, 2)];
const primitives = [toyWeights(5, 2), toyWeights(6, 2)];

const inputOf = (more: Partial<DistillInput> = {}): DistillInput => ({
  config: toyConfig(),
  classes: ['calm', 'glad'],
  labelled,
  mined,
  teachers,
  featureNets,
  primitives,
  onProgress: () => undefined,
  ...more,
});

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

/** Images that one of a set is made from. */
const imagesEach = (method: Method): number => METHODS[method].factor ** 2 * averagedOf(method);

const averagedOf = (method: Method): number => {
  const entry = METHODS[method];
  return 'averaged' in entry ? entry.averaged : 1;
};

const movesPixels = (method: Method): boolean => optimises(method) && method !== 'labels';

const expectRowsSumToOne = (rows: Float32Array, classes: number): void => {
  for (let at = 0; at < rows.length; at += classes) {
    expect(rows.slice(at, at + classes).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
  }
};

describe('Function: distilSet', () => {
  it.each(METHOD_NAMES)(
    'makes a whole set by %s: images, label rows and provenance of the promised shapes',
    async (method) => {
      const { factor } = METHODS[method];
      const images = imagesEach(method);
      const set = await distilSet({ method, ipc: 2, draw: 0 }, inputOf({ mined: toySet(80, 2, 2) }));
      expect(set.spec).toMatchObject({ spec: { method, ipc: 2 }, images: 4, factor, size: SIZE, channels: 1 });
      expect(set.pixels).toHaveLength(4 * VALUES);
      expect(set.pixels.every((x) => x >= 0 && x <= 1)).toBe(true);
      expect([...set.classOf]).toEqual([0, 0, 1, 1]);
      expect(set.labels).toHaveLength(4 * factor ** 2 * 2);
      expectRowsSumToOne(set.labels, 2);
      expect(set.spec.provenance.map((keys) => keys.length)).toEqual(Array(4).fill(images));
      set.spec.provenance.forEach((keys, i) => {
        for (const key of keys) expect(key.startsWith(`${set.classOf[i]}/2-`)).toBe(true);
      });
      // Eighty mined images of each class are enough for two images without a repetition.
      expect(new Set(set.spec.provenance.flat()).size).toBe(4 * images);
    },
  );

  it('labels what each view was made from as sharp as it is, with the mean of all teachers', async () => {
    const set = await distilSet({ method: 'packed', ipc: 1, draw: 0 }, inputOf());
    const rows = set.spec.provenance.flat().map((key) => mined.keys.indexOf(key));
    const sharp = selectImages(mined, rows);
    expect(bytesOf(set.labels)).toEqual(bytesOf(await ensembleSoftLabels(teachers, sharp)));
    const [first, second] = await Promise.all(teachers.map((one) => ensembleSoftLabels([one], sharp)));
    set.labels.forEach((p, i) => expect(p).toBeCloseTo((first![i]! + second![i]!) / 2, 5));
  });

  it('says by class how many of its views the teachers still take for it', async () => {
    const set = await distilSet({ method: 'packed', ipc: 2, draw: 0 }, inputOf());
    const seen = await ensembleSoftLabels(teachers, viewsOf(set, 2));
    const right = (label: number) =>
      Array.from({ length: 8 }, (_, view) => 2 * (8 * label + view)).filter(
        (at) => (seen[at + 1]! > seen[at]! ? 1 : 0) === label,
      );
    expect(set.spec.agreement).toEqual({ calm: right(0).length / 8, glad: right(1).length / 8 });
  });

  it('shows of plain selections the very images that its provenance names', async () => {
    const set = await distilSet({ method: 'random', ipc: 2, draw: 0 }, inputOf());
    set.spec.provenance.forEach(([key], i) => {
      const row = mined.keys.indexOf(key!);
      const expected = Float32Array.from(mined.pixels.subarray(row * VALUES, (row + 1) * VALUES), (x) => x / 255);
      expect(bytesOf(set.pixels.slice(i * VALUES, (i + 1) * VALUES))).toEqual(bytesOf(expected));
    });
  });

  it.each(METHOD_NAMES.filter((method) => movesPixels(method) && averagedOf(method) === 1))(
    'starts %s from the images of packed, or of random where it packs none, so that their difference is what matching adds',
    async (method) => {
      const { factor } = METHODS[method];
      const [plain, matched] = [
        await distilSet({ method: factor === 1 ? 'random' : 'packed', ipc: 1, draw: 0 }, inputOf()),
        await distilSet({ method, ipc: 1, draw: 0 }, inputOf()),
      ];
      expect(matched.spec.provenance).toEqual(plain.spec.provenance);
      expect(bytesOf(matched.pixels)).not.toEqual(bytesOf(plain.pixels));
      const [keys] = plain.spec.provenance;
      const chosen = selectImages(
        mined,
        keys!.map((key) => mined.keys.indexOf(key)),
      );
      const first = pack(toFloats(chosen), factor);
      first.pixels.forEach((x, i) => expect(plain.pixels[i]).toBeCloseTo(x, 5));
      let farthest = 0;
      matched.pixels.forEach((x, i) => (farthest = Math.max(farthest, Math.abs(x - plain.pixels[i]!))));
      expect(farthest).toBeLessThan(0.2);
    },
  );

  it('shows by labels the very images of random, so that their difference is what the labels add', async () => {
    const [plain, learned] = [
      await distilSet({ method: 'random', ipc: 2, draw: 0 }, inputOf()),
      await distilSet({ method: 'labels', ipc: 2, draw: 0 }, inputOf()),
    ];
    expect(bytesOf(learned.pixels)).toEqual(bytesOf(plain.pixels));
    expect(learned.spec.provenance).toEqual(plain.spec.provenance);
    expect(bytesOf(learned.labels)).not.toEqual(bytesOf(plain.labels));
    expect(learned.spec.stepSizes).toBeUndefined();
  });

  it('says with which step sizes an unrolled set is learned from, without which it is worth little', async () => {
    const set = await distilSet({ method: 'unrolled', ipc: 2, draw: 0 }, inputOf());
    expect(set.spec.stepSizes).toHaveLength(inputOf().config.distill.unroll.steps);
    expect(set.spec.stepSizes!.every((size) => size > 0)).toBe(true);
    expect(new Set(set.spec.stepSizes).size).toBeGreaterThan(1);
  });

  it('knows no method without its code, and no code that cannot be asked for', async () => {
    const files = await readdir(new URL('../../../core/distill/methods/', import.meta.url));
    expect(files.sort()).toEqual(METHOD_NAMES.map((name) => `${name}.ts`).sort());
  });

  it('keeps whole pool images out of what is given away, but for the method that says that it gives them', () => {
    expect(METHODS).toMatchObject({
      random: { baseline: true, factor: 1 },
      herding: { baseline: true, factor: 1 },
      'k-center': { baseline: true, factor: 1 },
      packed: { baseline: false, factor: 2 },
      dm: { baseline: false, factor: 2 },
      'dm-whole': { baseline: false, factor: 1 },
      ncfm: { baseline: false, factor: 2 },
      selection: { baseline: false, factor: 1, traces: expect.stringMatching(/^an image is a whole pool image/) },
    });
  });

  it('chooses other images for receivers who know something else', async () => {
    const spec: DrawnSet = { method: 'selection', ipc: 2, draw: 0 };
    const [one, other] = [await distilSet(spec, inputOf()), await distilSet(spec, inputOf({ primitives: teachers }))];
    expect(one.spec.provenance).not.toEqual(other.spec.provenance);
  });

  it('makes the same bytes again, or a killed run could not be continued', async () => {
    const spec: DrawnSet = { method: 'dm', ipc: 1, draw: 1 };
    const [one, other] = [await distilSet(spec, inputOf()), await distilSet(spec, inputOf())];
    expect(bytesOf(one.pixels)).toEqual(bytesOf(other.pixels));
  });

  it.each(METHOD_NAMES)(
    'draws %s anew in every draw where chance has a part, and the same where it has none',
    async (method) => {
      const [first, again, second] = [
        await distilSet({ method, ipc: 2, draw: 0 }, inputOf()),
        await distilSet({ method, ipc: 2, draw: 0 }, inputOf()),
        await distilSet({ method, ipc: 2, draw: 1 }, inputOf()),
      ];
      expect(bytesOf(again.pixels)).toEqual(bytesOf(first.pixels));
      expect(second.spec.draw).toBe(1);
      expect(bytesOf(second.pixels).equals(bytesOf(first.pixels))).toBe(!METHODS[method].drawn);
    },
  );

  it('tells how far it is up to the total that it named', async () => {
    const progress: number[][] = [];
    await distilSet({ method: 'dm', ipc: 1, draw: 0 }, inputOf({ onProgress: (...step) => progress.push(step) }));
    expect(progress).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  });

  it('still shows a class of which nothing was mined, by its labelled images, and calls them so', async () => {
    const onlyOne = { ...mined, labels: mined.labels.map(() => 0) };
    const set = await distilSet({ method: 'herding', ipc: 5, draw: 0 }, inputOf({ mined: onlyOne }));
    const keys = set.spec.provenance.slice(5).flat();
    const own = labelled.keys.filter((key) => key.startsWith('1/')).map((key) => `labelled/${key}`);
    expect(new Set(keys)).toEqual(new Set(own));
    expect(keys).toHaveLength(5);
  });

  it('names its image files by class and in order', async () => {
    const set = await distilSet({ method: 'random', ipc: 2, draw: 0 }, inputOf());
    expect([0, 3].map((i) => pngPath(set.spec, set.classOf, i))).toEqual([
      'calm/random-ipc2-00000.png',
      'glad/random-ipc2-00003.png',
    ]);
  });
});

describe('the files of a distilled set', () => {
  it('give back every bit of it', async () => {
    const set = await distilSet({ method: 'packed', ipc: 1, draw: 0 }, inputOf());
    const store = memoryStore();
    await writeDistilled(store, 'set', set);
    const read = await readDistilled(store, 'set');
    expect(read.spec).toEqual(set.spec);
    expect(bytesOf(read.pixels)).toEqual(bytesOf(set.pixels));
    expect(bytesOf(read.labels)).toEqual(bytesOf(set.labels));
    expect([...read.classOf]).toEqual([...set.classOf]);
  });

  it('show images of the first draw alone, which is the one that is given away', async () => {
    const store = memoryStore();
    for (const draw of [0, 1]) {
      await writeDistilled(store, `draw-${draw}`, await distilSet({ method: 'random', ipc: 1, draw }, inputOf()));
    }
    const keys = (await collect(store.list(''))).map(({ key }) => key);
    expect(keys.filter((key) => key.endsWith('.png'))).toEqual([
      'draw-0/train/calm/random-ipc1-00000.png',
      'draw-0/train/glad/random-ipc1-00001.png',
    ]);
    expect((await readDistilled(store, 'draw-1')).count).toBe(2);
  });

  it('are refused when they are mixed up', async () => {
    const set = await distilSet({ method: 'random', ipc: 1, draw: 0 }, inputOf());
    const store = memoryStore();
    await writeDistilled(store, 'set', set);
    const { images, labels, card } = distilledFiles('set');
    const [bytes, swapped] = await Promise.all([images.bytes(store), labels.bytes(store)]);
    await store.put(images.key, swapped);
    await expect(readDistilled(store, 'set')).rejects.toThrow(/set\/images\.safetensors does not hold what it should/);
    await store.put(images.key, bytes);
    await store.put(card.key, JSON.stringify({ ...set.spec, factor: 3 }));
    await expect(readDistilled(store, 'set')).rejects.toThrow(/set\/set\.json does not hold what it should/);
  });
});

describe('Function: halfResolutionControl', () => {
  it('shows the labelled images alone, half as sharp, with the teachers’ labels', async () => {
    const learn = await halfResolutionControl(labelled, teachers);
    expect(learn).toMatchObject({ count: 6, classes: 2, size: SIZE, channels: 1 });
    expectRowsSumToOne(learn.targets, 2);
    const mean = (values: Float32Array | Uint8Array) => [...values].reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean(learn.pixels)).toBeCloseTo(mean(labelled.pixels) / 255, 3);
    const variance = (values: readonly number[]) => {
      const m = values.reduce((sum, x) => sum + x, 0) / values.length;
      return values.reduce((sum, x) => sum + (x - m) ** 2, 0) / values.length;
    };
    const row = (values: Float32Array | Uint8Array, scale: number) => [...values.slice(0, SIZE)].map((x) => x / scale);
    expect(variance(row(learn.pixels, 1))).toBeLessThan(variance(row(labelled.pixels, 255)));
    expect(bytesOf(learn.targets)).toEqual(
      bytesOf(await ensembleSoftLabels(teachers, { ...labelled, pixels: learn.pixels })),
    );
  });
});
