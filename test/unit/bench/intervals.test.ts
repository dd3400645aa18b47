import { expect, it } from 'vitest';
import { simulate, truthOf, type World } from '../../../bench/intervals/simulated-arms.ts';
import { differenceOf, meansOf } from '../../../core/statistics/crossed.ts';
import { random } from '../../../core/tensor/random.ts';

const world: World = {
  images: 20_000,
  seeds: 4,
  draws: 1,
  image: 1,
  imageForArm: 0.5,
  seed: 0,
  seedOnImage: 0.6,
  draw: 0,
  drawForSeed: 0,
  rest: 0.3,
  lift: 0.18,
};

it('knows the truth that its intervals are held against: very many images show it', () => {
  const { arm, reference } = simulate(world, random('truth'));
  const means = meansOf(differenceOf(arm, reference)).flat();
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  expect(truthOf(world)).toBeGreaterThan(0.05);
  expect(Math.abs(mean - truthOf(world))).toBeLessThan(0.01);
  expect(truthOf({ ...world, lift: 0 })).toBe(0);
});

it('draws the arm as often as it says, and its reference once', () => {
  const { arm, reference } = simulate({ ...world, images: 50, draws: 3, draw: 0.1 }, random('draws'));
  expect([arm.draws, arm.values.length, reference.draws, reference.values.length]).toEqual([3, 600, 1, 200]);
});
