import { beforeAll, describe, expect, it } from 'vitest';
import { type Images, toFloats } from '../../../core/data/images.ts';
import { blurred } from '../../../core/data/views.ts';
import { packableFirst } from '../../../core/distill/packable.ts';
import { ensembleSoftLabels } from '../../../core/distill/teacher.ts';
import { argmaxRows } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const net = toyWeights(1, 2);
const FACTOR = 4;

/** Noise over a band, of which little is left when it is packed. */
const noisy = (count: number): Images<Uint8Array> => {
  const draw = random('noise');
  const values = SIZE * SIZE;
  const pixels = Uint8Array.from({ length: count * values }, (_, at) => {
    const band = (at % values) / values < 0.5 ? 20 * ((Math.floor(at / values) % 5) - 2) : 0;
    return 128 + band + draw.uniform(-110, 110);
  });
  return { size: SIZE, channels: 1, count, pixels };
};

describe('images that are packed', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('are those first that the net takes for their class at their small size, as far as there are enough', async () => {
    const material = { ...noisy(40), label: 1, keys: Array.from({ length: 40 }, String) };
    const seen = argmaxRows(await ensembleSoftLabels([net], blurred(toFloats(material), FACTOR)), 2);
    const order = Array.from({ length: material.count }, (_, i) => i).reverse();
    const recognised = order.filter((row) => seen[row] === 1);
    const other = order.filter((row) => seen[row] === 0);
    // Or the test would say nothing.
    expect(Math.min(recognised.length, other.length)).toBeGreaterThan(2);

    expect(await packableFirst(material, order, 3, FACTOR, net)).toEqual(recognised.slice(0, 3));
    expect(await packableFirst({ ...material, label: 0 }, order, 3, FACTOR, net)).toEqual(other.slice(0, 3));
    const more = recognised.length + 2;
    expect(await packableFirst(material, order, more, FACTOR, net)).toEqual([...recognised, ...other.slice(0, 2)]);
    expect(await packableFirst(material, [], 3, FACTOR, net)).toEqual([]);
  });
});
