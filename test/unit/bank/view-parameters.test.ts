import { describe, expect, it } from 'vitest';
import { uniformAt } from '../../../core/bank/view-numbers.ts';
import { type ViewedImage, viewParameters } from '../../../core/bank/view-parameters.ts';
import type { ViewRecipe } from '../../../core/contracts/bank.ts';

const RECIPE: ViewRecipe = {
  ...{ version: 1, seed: 7, flip: true, degrees: 12, scale: 0.12, shift: 0.1, layers: 3 },
};
const FROM = { images: 5, size: 20 };
const views = Array.from({ length: 500 }, (_, view) => viewParameters(RECIPE, FROM, view));
const layers = views.flatMap((view) => view.layers);
const boxes = layers.flatMap((layer) => ('box' in layer ? [layer.box] : []));

const expectInside = (numbers: readonly number[], low: number, high: number): void => {
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(low);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(high);
  // Not only inside, but nearly as far as they may go.
  expect(Math.min(...numbers)).toBeLessThan(low + 0.02 * (high - low));
  expect(Math.max(...numbers)).toBeGreaterThan(high - 0.02 * (high - low));
};

describe('Function: viewParameters', () => {
  it('lets the first image go round, or a beginning of a bank would forget images', () => {
    expect(views.slice(0, 7).map(({ first }) => first.image)).toEqual([0, 1, 2, 3, 4, 0, 1]);
  });

  it('keeps every number in its range, and uses all of it', () => {
    const shown: ViewedImage[] = [...views.map(({ first }) => first), ...layers];
    const geometries = shown.map(({ geometry }) => geometry);
    expect(new Set(geometries.map(({ mirror }) => mirror))).toEqual(new Set([1, -1]));
    expectInside(
      geometries.map(({ sin, cos }) => (Math.atan2(sin, cos) * 180) / Math.PI),
      -12,
      12,
    );
    expectInside(
      geometries.map(({ sin, cos }) => 1 / Math.hypot(sin, cos)),
      0.88,
      1.12,
    );
    for (const length of ['dx', 'dy'] as const)
      expectInside(
        geometries.map((geometry) => geometry[length]),
        -2,
        2,
      );
    expect(geometries.every(({ gain, lift }) => gain === 1 && lift === 0)).toBe(true);
    expect(new Set(layers.map(({ image }) => image))).toEqual(new Set([0, 1, 2, 3, 4]));
    expectInside(
      layers.flatMap((layer) => ('weight' in layer ? [layer.weight] : [])),
      0,
      1,
    );
    // Half of 1500, by chance.
    expect(Math.abs(boxes.length - 750)).toBeLessThan(100);
  });

  it('draws boxes up to the whole view that may reach over every border, with whole pixels', () => {
    const { size } = FROM;
    expect(boxes.every(({ left, top, side }) => [left, top, side].every(Number.isInteger))).toBe(true);
    expect(boxes.every(({ side }) => side >= 0 && side <= size)).toBe(true);
    // A box's middle is inside the view.
    expect(boxes.every(({ left, side }) => left + (side >> 1) >= 0 && left + (side >> 1) < size)).toBe(true);
    expect(boxes.some(({ left }) => left < 0)).toBe(true);
    expect(boxes.some(({ top }) => top < 0)).toBe(true);
    expect(boxes.some(({ left, side }) => left + side > size)).toBe(true);
    expect(boxes.some(({ top, side }) => top + side > size)).toBe(true);
    // Their areas are uniform: half a view on average.
    const area = boxes.reduce((sum, { side }) => sum + side ** 2, 0) / boxes.length / size ** 2;
    expect(area).toBeCloseTo(0.5, 1);
  });

  it('takes each number from the slot that the page names, or other readers would see other views', () => {
    const { first, layers } = viewParameters(RECIPE, FROM, 38);
    const u = (slot: number): number => uniformAt(7, 38, slot);
    expect(first.geometry.mirror).toBe(u(0) < 0.5 ? -1 : 1);
    expect(first.geometry.dx).toBe(0.1 * 20 * (2 * u(3) - 1));
    for (const [k, layer] of layers.entries()) {
      const s = 16 * (k + 1);
      expect(layer.image).toBe(Math.floor(u(s) * 5));
      expect('weight' in layer).toBe(u(s + 1) < 0.5);
      expect(layer.geometry.dy).toBe(0.1 * 20 * (2 * u(s + 12) - 1));
      if ('weight' in layer) expect(layer.weight).toBe(u(s + 2));
      else expect(layer.box.side).toBe(Math.floor(20 * Math.sqrt(u(s + 2)) + 0.5));
    }
  });

  it('gives a view again by its number alone, and others for another seed', () => {
    expect(viewParameters(RECIPE, FROM, 499)).toEqual(views[499]);
    expect(viewParameters({ ...RECIPE, seed: 8 }, FROM, 3)).not.toEqual(views[3]);
  });

  it('varies nothing where the recipe allows nothing', () => {
    const still = { ...RECIPE, flip: false, degrees: 0, scale: 0, shift: 0, layers: 0 };
    const geometry = { mirror: 1, cos: 1, sin: 0, dx: 0, dy: 0, gain: 1, lift: 0 };
    // A zero's sign tells nothing.
    const { first, layers } = viewParameters(still, FROM, 4);
    expect({ ...first.geometry, sin: 0, dx: 0, dy: 0 }).toEqual(geometry);
    expect([first.geometry.sin, first.geometry.dx, first.geometry.dy].every((x) => Math.abs(x) === 0)).toBe(true);
    expect(layers).toEqual([]);
  });
});
