import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bankFile, type LabelBank } from '../../../core/artifacts/bank.ts';
import { type BankCard, ViewRecipe } from '../../../core/contracts/bank.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../../core/format/safetensors.ts';
import { sha256 } from '../../../core/format/sha256.ts';
import { memoryStore } from '../../support/memory-store.ts';

const VIEWS = 4;
const card: BankCard = {
  recipe: { version: 1, seed: 0xffff_ffff, flip: true, degrees: 12, scale: 0.1, shift: 0.1, layers: 3 },
  ...{ images: 2, factor: 2, size: 16, channels: 1, classes: ['calm', 'glad'] },
  imagesSha256: 'a'.repeat(64),
};
const bank: LabelBank = {
  ...{ card, count: VIEWS },
  labels: Float32Array.of(1, 0, 0.2, 0.8, 0.4, 0.6, 0, 1),
};
const file = bankFile('set');

const written = async (one: LabelBank): Promise<Buffer> => {
  const store = memoryStore();
  await file.write(store, one);
  return file.bytes(store);
};
const reading = (bytes: Buffer): Promise<LabelBank> => file.read(memoryStore(new Map([[file.key, bytes]])));
/** What a file would be read as that was written so. */
const holding = (tensors: Readonly<Record<string, NamedTensor>>, of: BankCard = card): Promise<LabelBank> => {
  const omnidistill = JSON.stringify(of);
  const hash = sha256(Buffer.concat([Buffer.from(omnidistill), Uint8Array.from(tensors.labels?.data ?? [])]));
  return reading(encodeSafetensors(tensors, { omnidistill, sha256: hash }));
};

const labels = (
  shape: readonly number[],
  data = new Uint8Array(shape.reduce((all, side) => all * side, 1)).fill(9),
) => ({
  labels: { shape, data },
});

describe('a label bank', () => {
  it('comes back as it was, with its labels in bytes', async () => {
    // Fifths are whole numbers of 255 parts.
    expect(await reading(await written(bank))).toEqual(bank);
  });

  it('lies as docs/label-bank.md says, for readers in other languages', async () => {
    expect(file.key).toBe('set/bank.safetensors');
    const { tensors, metadata } = decodeSafetensors(await written(bank));
    expect(tensors).toEqual({ labels: { shape: [4, 2], data: Uint8Array.of(255, 0, 51, 204, 102, 153, 0, 255) } });
    expect(JSON.parse(metadata.omnidistill!)).toEqual(card);
    const hashed = Buffer.from([...Buffer.from(metadata.omnidistill!), 255, 0, 51, 204, 102, 153, 0, 255]);
    expect(metadata.sha256).toBe(createHash('sha256').update(hashed).digest('hex'));
  });

  it('costs a byte a label and nothing a view, or it could not be mailed', async () => {
    const size = async (views: number) =>
      (
        await written({
          card,
          count: views,
          labels: new Float32Array(2 * views).fill(0.5),
        })
      ).length;
    expect((await size(9000)) - (await size(1000))).toBe(16_000);
  });
});

describe('a label bank that is damaged is a DataError, and', () => {
  const damaged = async (bytes: Buffer, message: RegExp | string) => {
    await expect(reading(bytes)).rejects.toMatchObject({ name: 'DataError', exitCode: 65 });
    await expect(reading(bytes)).rejects.toThrow(message);
  };

  it('one cut short says so, wherever it was cut', async () => {
    const whole = await written(bank);
    for (let length = 0; length < whole.length; length++) {
      await damaged(whole.subarray(0, length), /set\/bank\.safetensors does not hold what it should: .*cut short/);
    }
    await damaged(whole.subarray(0, -3), 'The file is cut short: tensor "labels" ends at byte 8 of 5. ');
  });

  it('one with a wrong byte in its header is read by nobody, and fails by no other error', async () => {
    const whole = await written(bank);
    const header = 8 + Number(whole.readBigUInt64LE(0));
    const isPadding = (at: number) => at >= 8 && whole[at] === 0x20;
    for (let at = 0; at < header; at++) {
      if (isPadding(at)) continue;
      const wrong = Buffer.from(whole);
      // The length's upper bytes are 0 already; no text of JSON holds a 0.
      wrong[at] = at < 8 ? whole[at]! ^ 0x10 : 0;
      await damaged(wrong, /set\/bank\.safetensors does not hold what it should/);
    }
  });

  it('one with a single bit flipped, wherever it is, is refused: a seed or a label could be another one', async () => {
    const whole = await written(bank);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const wrong = Buffer.from(whole);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      // No padding is spared: no single bit makes white space of a space.
      const read = await reading(wrong).catch((error: Error) => error.name);
      expect(read, `bit ${bit & 7} of byte ${bit >> 3}`).toBe('DataError');
    }
  });

  it('one whose card or labels were changed says so with both hashes, and so does one that never had any', async () => {
    const { tensors, metadata } = decodeSafetensors(await written(bank));
    const other = { ...card, recipe: { ...card.recipe, seed: 1 } };
    const text = JSON.stringify(other);
    const found = sha256(Buffer.concat([Buffer.from(text), tensors.labels!.data as Uint8Array]));
    const changed = `label bank was changed after it was written: its SHA-256 is ${found}, and it says `;
    await damaged(encodeSafetensors(tensors, { ...metadata, omnidistill: text }), changed + metadata.sha256);
    await damaged(encodeSafetensors(tensors, { omnidistill: text }), `${changed}nothing.`);
    const shorter = { labels: { shape: [3, 2], data: tensors.labels!.data.slice(0, 6) } };
    await damaged(encodeSafetensors(shorter, metadata), 'label bank was changed after it was written');
  });

  it.each([
    [
      'of more classes than names',
      [4, 3],
      'of 2 classes needs as many labels for each of its views, [views, classes]. Received [4,3].',
    ],
    ['without views', [0, 2], 'Received [0,2].'],
    ['of another rank', [2, 2, 2], 'Received [2,2,2].'],
  ])('one %s names both', async (_, shape, message) => {
    await expect(holding(labels(shape))).rejects.toThrow(message);
  });

  it('one with a view that has no label names it', async () => {
    const zeros = labels([2, 2], Uint8Array.of(1, 2, 0, 0));
    await expect(holding(zeros)).rejects.toThrow('Row 1 of the labels is all zeros');
  });

  it('one whose labels are no bytes says what they must be', async () => {
    const floats = { labels: { shape: [1, 2], data: Float32Array.of(0, 1) } };
    await expect(holding(floats)).rejects.toThrow('A label bank needs uint8 "labels".');
    await expect(holding({})).rejects.toThrow('A label bank needs uint8 "labels".');
  });

  it('one of other rules, or without a card, says where it differs', async () => {
    const newer = { ...card, recipe: { ...card.recipe, version: 2 } } as unknown as BankCard;
    await expect(holding(labels([2, 2]), newer)).rejects.toThrow('recipe.version');
    await expect(reading(encodeSafetensors(labels([2, 2])))).rejects.toThrow('expected object, received null');
  });
});

it('a recipe enlarges no image to nothing, or its view would be no numbers', () => {
  expect(ViewRecipe.safeParse({ ...card.recipe, scale: 1 }).success).toBe(false);
  expect(ViewRecipe.safeParse({ ...card.recipe, scale: 0.99 }).success).toBe(true);
});
