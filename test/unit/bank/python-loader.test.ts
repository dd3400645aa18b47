import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelBank } from '../../../core/artifacts/bank.ts';
import { distilledFiles } from '../../../core/artifacts/distilled.ts';
import { bankData } from '../../../core/bank/bank-data.ts';
import { imagesHash } from '../../../core/bank/make-bank.ts';
import { uniformAt } from '../../../core/bank/view-numbers.ts';
import { type Images, toFloats } from '../../../core/data/images.ts';
import { BANK_LOADER } from '../../../core/publish/release/bank-loader.ts';
import { fileStore } from '../../../core/store/file.ts';
import type { Store } from '../../../core/store/store.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { pythonWith } from '../../support/python.ts';
import { SIZE, toySet } from '../../support/toy.ts';

const python = pythonWith('numpy', 'safetensors');
const why = ' (skipped: no python3 has numpy and safetensors, which scripts/python-packages.sh installs)';

const page = readFileSync(join(import.meta.dirname, '../../../docs/label-bank.md'), 'utf8');
const loader = /^```python\n(.*?)^```$/ms.exec(page)![1]!;

const VIEWS = 24;
const CLASSES = ['calm', 'glad', 'sad'];

const CASES = ([1, 2] as const).flatMap((factor) =>
  [1, 3].flatMap((channels) =>
    [0, 3].map((layers) => ({
      ...{ factor, channels, layers },
      name: `factor-${factor}-channels-${channels}-layers-${layers}`,
    })),
  ),
);

/** A set's images and their bank, with labels by chance. */
const made = ({ factor, channels, layers, name }: (typeof CASES)[number]): [Images<Float32Array>, LabelBank] => {
  const images = toFloats(toySet(2, 2, 5, channels));
  const draw = random('python loader', name);
  const labels = new Float32Array(VIEWS * CLASSES.length);
  for (let view = 0; view < VIEWS; view++) {
    const odds = CLASSES.map(() => Math.exp(2 * draw.normal()));
    const sum = odds.reduce((all, x) => all + x, 0);
    odds.forEach((x, c) => (labels[view * CLASSES.length + c] = x / sum));
  }
  // Above half of 32 bits in half of the cases, where JavaScript's integers turn negative.
  const recipe = { version: 1, seed: draw.below(2 ** 32), flip: true, degrees: 12, scale: 0.12 } as const;
  const card = {
    recipe: { ...recipe, shift: 4 / 48, layers },
    ...{ images: images.count, factor, size: SIZE, channels, classes: CLASSES },
    imagesSha256: imagesHash(images),
  };
  return [images, { card, count: VIEWS, labels }];
};

/** Leaves beside each bank what the loader makes of it. */
const dump = `
import sys
for folder in sys.argv[1:]:
    bank = LabelBank(folder)
    np.stack([bank.image(view) for view in range(len(bank.labels))]).tofile(folder + "/views.f32")
    bank.labels.tofile(folder + "/labels.f32")
`;

describe.skipIf(python === undefined)(`the loader of docs/label-bank.md${python === undefined ? why : ''}`, () => {
  let folder: string;
  let store: Store;
  let script: string;
  const floatsOf = (path: string): Float32Array => {
    const bytes = readFileSync(join(folder, path));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const farthest = (one: Float32Array, other: Float32Array): number => {
    expect(one.length).toBe(other.length);
    return one.reduce((most, x, i) => Math.max(most, Math.abs(x - other[i]!)), 0);
  };

  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
    folder = mkdtempSync(join(tmpdir(), 'omnidistill-'));
    store = fileStore(folder);
    script = join(folder, 'loader.py');
    for (const one of CASES) {
      const [images, bank] = made(one);
      await distilledFiles(one.name).images.write(store, images);
      await distilledFiles(one.name).bank.write(store, bank);
    }
    writeFileSync(script, loader + dump);
    execFileSync(python!, [script, ...CASES.map(({ name }) => join(folder, name))]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(CASES)('sees the views of $name as the run saw them, with their labels', async (one) => {
    const files = distilledFiles(one.name);
    const [images, bank] = [await files.images.read(store), await files.bank.read(store)];
    const data = bankData(bank, images);
    const values = SIZE * SIZE * one.channels;
    const views = floatsOf(`${one.name}/views.f32`);
    for (let view = 0; view < VIEWS; view++) {
      expect(farthest(data.make(view), views.slice(view * values, (view + 1) * values))).toBeLessThan(1e-3);
    }
    expect(farthest(bank.labels, floatsOf(`${one.name}/labels.f32`))).toBeLessThan(1e-6);
  });

  const refused = (name: string): string => {
    const { status, stderr } = spawnSync(python!, [script, join(folder, name)], { encoding: 'utf8' });
    expect(status).toBe(1);
    return stderr;
  };

  it('refuses a bank beside other images, whose views its labels do not belong to', async () => {
    const [images, bank] = made(CASES[0]!);
    await distilledFiles('other').images.write(store, { ...images, pixels: images.pixels.toReversed() });
    await distilledFiles('other').bank.write(store, bank);
    expect(refused('other')).toContain('ValueError: This label bank was made of other images.');
  });

  it.each([
    ['digit of its seed', (file: Buffer) => file.indexOf('seed') + 'seed\\":'.length],
    ['label', (file: Buffer) => file.length - 1],
  ])('refuses a bank with another %s than was written', async (_, at) => {
    const [images, bank] = made(CASES[0]!);
    const files = distilledFiles('changed');
    await files.images.write(store, images);
    await files.bank.write(store, bank);
    const bytes = await files.bank.bytes(store);
    bytes[at(bytes)]! ^= 1;
    await store.put(files.bank.key, bytes);
    expect(refused('changed')).toContain('ValueError: This label bank was changed after it was written.');
  });
});

it('docs/label-bank.md names numbers that its hash really gives, or a reader would be checked against wrong ones', () => {
  const examples = [...page.matchAll(/For seed (\d+), view (\d+), u\((\d+)\) = (\d+) \/ 2³²/g)];
  expect(examples).toHaveLength(2);
  for (const [, seed, view, slot, bits] of examples) {
    expect(uniformAt(Number(seed), Number(view), Number(slot))).toBe(Number(bits) / 2 ** 32);
  }
});

it('docs/label-bank.md explains the very loader that a release holds', () => {
  expect(loader).toBe(BANK_LOADER);
});
