import { describe, expect, it } from 'vitest';
import { viewRenderer } from '../../../core/bank/render-view.ts';
import type { Layer } from '../../../core/bank/view-parameters.ts';
import { standardised, standardiserOf } from '../../../core/data/standardise.ts';
import type { Geometry } from '../../../core/data/warp.ts';
import { SIZE, toySet } from '../../support/toy.ts';

const STILL: Geometry = { mirror: 1, cos: 1, sin: 0, dx: 0, dy: 0, gain: 1, lift: 0 };

describe.each([1, 3])('Function: viewRenderer, with %i channel(s)', (channels) => {
  const set = toySet(2, 2, 1, channels);
  const values = SIZE * SIZE * channels;
  const all = standardised(set.pixels, values);
  const standardisedImage = (image: number) => all.slice(image * values, (image + 1) * values);
  const render = viewRenderer(set, standardiserOf(set));
  const first = { image: 0, geometry: STILL };
  const over = { image: 1, geometry: STILL };

  const expectView = (layers: readonly Layer[], expected: (i: number, pixel: number) => number): void => {
    const wanted = standardised(
      Float32Array.from({ length: values }, (_, i) => expected(i, Math.floor(i / channels))),
      values,
    );
    render({ first, layers }).forEach((x, i) => expect(x).toBeCloseTo(wanted[i]!, 4));
  };
  const [a, b] = [standardisedImage(0), standardisedImage(1)];

  it('shows the standardised image where nothing varies it and nothing lies over it', () => {
    expectView([], (i) => a[i]!);
  });

  it('mirrors left and right', () => {
    const mirrored = render({ first: { image: 0, geometry: { ...STILL, mirror: -1 } }, layers: [] });
    mirrored.forEach((x, i) => {
      const [pixel, channel] = [Math.floor(i / channels), i % channels];
      const there = Math.floor(pixel / SIZE) * SIZE + (SIZE - 1 - (pixel % SIZE));
      expect(x).toBeCloseTo(a[there * channels + channel]!, 4);
    });
  });

  it('mixes by the weight of what is laid over, so that 0 hides it and 1 shows it alone', () => {
    for (const weight of [0, 0.3, 1]) expectView([{ ...over, weight }], (i) => (1 - weight) * a[i]! + weight * b[i]!);
  });

  it.each([
    ['inside', { left: 2, top: 5, side: 6 }],
    ['over the upper left corner', { left: -3, top: -1, side: 6 }],
    ['over the lower right corner', { left: SIZE - 2, top: SIZE - 3, side: 9 }],
    ['that hides all', { left: 0, top: 0, side: SIZE }],
    ['of no pixel', { left: 4, top: 4, side: 0 }],
  ])('shows what is laid over in a box %s and nowhere else', (_, box) => {
    const inside = (at: number, from: number): boolean => at >= from && at < from + box.side;
    expectView([{ ...over, box }], (i, pixel) =>
      inside(pixel % SIZE, box.left) && inside(Math.floor(pixel / SIZE), box.top) ? b[i]! : a[i]!,
    );
  });

  it('lays one over the other in their order', () => {
    const c = standardisedImage(2);
    const box = { left: 0, top: 0, side: SIZE };
    expectView(
      [
        { ...over, box },
        { image: 2, geometry: STILL, weight: 0.25 },
      ],
      (i) => 0.75 * b[i]! + 0.25 * c[i]!,
    );
  });

  it('gives every view an array of its own, or a batch would show one view many times', () => {
    const one = render({ first, layers: [] });
    const kept = [...one];
    render({ first: over, layers: [] });
    expect([...one]).toEqual(kept);
  });

  it('stretches a view no further than the floor, where images cancel each other out', () => {
    const grey = viewRenderer({ size: 2, channels: 1 }, (image) => {
      const sign = image === 0 ? 1 : -1;
      return Float32Array.of(sign, -sign, sign, -sign);
    });
    expect([...grey({ first, layers: [{ ...over, weight: 0.5 }] })]).toEqual([0, 0, 0, 0]);
    // A hundredth is left: less than the floor, so that it becomes a half.
    expect(grey({ first, layers: [{ ...over, weight: 0.495 }] })[0]).toBeCloseTo(0.5, 4);
  });
});
