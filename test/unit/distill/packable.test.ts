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

  it('are those that the net takes for the same class at their small size, as far as there are enough', async () => {
    const images = noisy(40);
    const said = async (one: Images) => argmaxRows(await ensembleSoftLabels([net], one), 2);
    const [sharp, packed] = [await said(toFloats(images)), await said(blurred(toFloats(images), FACTOR))];
    const order = Array.from({ length: images.count }, (_, i) => i).reverse();
    const same = order.filter((row) => sharp[row] === packed[row]);
    const other = order.filter((row) => sharp[row] !== packed[row]);
    // Or the test would say nothing.
    expect(Math.min(same.length, other.length)).toBeGreaterThan(2);

    expect(await packableFirst(images, order, 3, FACTOR, net)).toEqual(same.slice(0, 3));
    const more = same.length + 2;
    expect(await packableFirst(images, order, more, FACTOR, net)).toEqual([...same, ...other.slice(0, 2)]);
    expect(await packableFirst(images, [], 3, FACTOR, net)).toEqual([]);
  });
});
