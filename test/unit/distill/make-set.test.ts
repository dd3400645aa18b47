import { beforeAll, describe, expect, it } from 'vitest';
import { METHODS, type SetSpec } from '../../../core/contracts/names.ts';
import { decodeDistilled, encodeDistilled } from '../../../core/distill/distilled-images.ts';
import { type DistillInput, imageName, makeSet } from '../../../core/distill/make-set.ts';
import { packed } from '../../../core/distill/pack.ts';
import { viewsOf } from '../../../core/distill/set-views.ts';
import { ensembleSoftLabels } from '../../../core/distill/teacher.ts';
import { noPoolControl } from '../../../core/evaluate/boost.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const labelled = toySet(3, 2, 1);
const mined = toySet(9, 2, 2);
const teachers = [toyWeights(1, 2), toyWeights(2, 2)];

const inputOf = (more: Partial<DistillInput> = {}): DistillInput => ({
  config: toyConfig(),
  classes: ['calm', 'glad'],
  labelled,
  mined,
  teachers,
  onProgress: () => undefined,
  ...more,
});

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

const expectRowsSumToOne = (rows: Float32Array, classes: number): void => {
  for (let at = 0; at < rows.length; at += classes) {
    expect(rows.slice(at, at + classes).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
  }
};

describe('Function: makeSet', () => {
  it.each(METHODS)(
    'makes a whole set by %s: images, label rows and provenance of the promised shapes',
    async (method) => {
      const factor = method === 'packed' || method === 'dm' ? 2 : 1;
      const set = await makeSet({ method, ipc: 2 }, inputOf());
      expect(set.spec).toMatchObject({ spec: { method, ipc: 2 }, images: 4, factor, size: SIZE, channels: 1 });
      expect(set.pixels).toHaveLength(4 * VALUES);
      expect(set.pixels.every((x) => x >= 0 && x <= 1)).toBe(true);
      expect([...set.classOf]).toEqual([0, 0, 1, 1]);
      expect(set.labels).toHaveLength(4 * factor ** 2 * 2);
      expectRowsSumToOne(set.labels, 2);
      expect(set.spec.provenance.map((keys) => keys.length)).toEqual(Array(4).fill(factor ** 2));
      set.spec.provenance.forEach((keys, i) => {
        for (const key of keys) expect(key.startsWith(`${set.classOf[i]}/2-`)).toBe(true);
      });
      // Nine mined images of each class are enough for eight views without a repetition.
      expect(new Set(set.spec.provenance.flat()).size).toBe(4 * factor ** 2);
    },
  );

  it('labels what a student will see, view by view, with the mean of all teachers', async () => {
    const set = await makeSet({ method: 'packed', ipc: 1 }, inputOf());
    expect(bytesOf(set.labels)).toEqual(bytesOf(await ensembleSoftLabels(teachers, viewsOf(set))));
    const [first, second] = await Promise.all(teachers.map((one) => ensembleSoftLabels([one], viewsOf(set))));
    set.labels.forEach((p, i) => expect(p).toBeCloseTo((first![i]! + second![i]!) / 2, 5));
  });

  it('shows of plain selections the very images that its provenance names', async () => {
    const set = await makeSet({ method: 'random', ipc: 2 }, inputOf());
    set.spec.provenance.forEach(([key], i) => {
      const row = mined.keys.indexOf(key!);
      const expected = Float32Array.from(mined.pixels.subarray(row * VALUES, (row + 1) * VALUES), (x) => x / 255);
      expect(bytesOf(set.pixels.slice(i * VALUES, (i + 1) * VALUES))).toEqual(bytesOf(expected));
    });
  });

  it('starts packed and dm from the same faces, so that their difference is what matching adds', async () => {
    const [plain, matched] = [
      await makeSet({ method: 'packed', ipc: 1 }, inputOf()),
      await makeSet({ method: 'dm', ipc: 1 }, inputOf()),
    ];
    expect(matched.spec.provenance).toEqual(plain.spec.provenance);
    expect(bytesOf(matched.pixels)).not.toEqual(bytesOf(plain.pixels));
    const [keys] = plain.spec.provenance;
    const faces = Float32Array.from(
      keys!.flatMap((key) => {
        const row = mined.keys.indexOf(key);
        return [...mined.pixels.subarray(row * VALUES, (row + 1) * VALUES)].map((x) => x / 255);
      }),
    );
    packed(faces, SIZE, 1, 2).forEach((x, i) => expect(plain.pixels[i]).toBeCloseTo(x, 5));
    let farthest = 0;
    matched.pixels.forEach((x, i) => (farthest = Math.max(farthest, Math.abs(x - plain.pixels[i]!))));
    expect(farthest).toBeLessThan(0.2);
  });

  it('makes the same bytes again, or a killed run could not be continued', async () => {
    const spec: SetSpec = { method: 'dm', ipc: 1 };
    const [one, other] = [await makeSet(spec, inputOf()), await makeSet(spec, inputOf())];
    expect(bytesOf(one.pixels)).toEqual(bytesOf(other.pixels));
  });

  it('tells how far it is up to the total that it named', async () => {
    const progress: number[][] = [];
    await makeSet({ method: 'dm', ipc: 1 }, inputOf({ onProgress: (...step) => progress.push(step) }));
    // Two feature nets of three steps, and four matching steps.
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((done) => [done, 10]));
  });

  it('still shows a class of which nothing was mined, by its labelled images', async () => {
    const onlyOne = { ...mined, labels: mined.labels.map(() => 0) };
    const set = await makeSet({ method: 'herding', ipc: 5 }, inputOf({ mined: onlyOne }));
    const keys = set.spec.provenance.slice(5).flat();
    expect(new Set(keys)).toEqual(new Set(labelled.keys.filter((key) => key.startsWith('1/'))));
    expect(keys).toHaveLength(5);
  });

  it('names its image files by class and in order', async () => {
    const set = await makeSet({ method: 'random', ipc: 2 }, inputOf());
    expect([0, 3].map((i) => imageName(set, i))).toEqual([
      'train/calm/random-ipc2-00000.png',
      'train/glad/random-ipc2-00003.png',
    ]);
  });
});

describe('the files of a distilled set', () => {
  it('give back every bit of it', async () => {
    const set = await makeSet({ method: 'packed', ipc: 1 }, inputOf());
    const { images, labels } = encodeDistilled(set);
    const read = decodeDistilled(JSON.parse(JSON.stringify(set.spec)), images, labels);
    expect(read.spec).toEqual(set.spec);
    expect(bytesOf(read.pixels)).toEqual(bytesOf(set.pixels));
    expect(bytesOf(read.labels)).toEqual(bytesOf(set.labels));
    expect([...read.classOf]).toEqual([...set.classOf]);
  });

  it('are refused when they are mixed up', async () => {
    const set = await makeSet({ method: 'random', ipc: 1 }, inputOf());
    const { images, labels } = encodeDistilled(set);
    expect(() => decodeDistilled(set.spec, labels, images)).toThrow('needs float32 "images" and "labels"');
    expect(() => decodeDistilled({ ...set.spec, factor: 3 }, images, labels)).toThrow('factor');
  });
});

describe('Function: noPoolControl', () => {
  it('shows the labelled images alone, half as sharp, with the teachers’ labels', async () => {
    const learn = await noPoolControl(labelled, teachers);
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
