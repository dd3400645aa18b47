import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../../core/tensor/random.ts';
import { fuzzKinds, mutated } from '../../support/fuzz.ts';

/** A share of what `npm run fuzz` tries: the same on every machine. */
const MUTANTS = 100;
const { kinds, close } = await fuzzKinds();

afterAll(close);

describe('damaged files', () => {
  it.each(kinds.map((kind) => [kind.name, kind] as const))(
    `end nothing, and are images or refused in words: ${MUTANTS} of %s`,
    async (name, { sound, read }) => {
      const dice = random(7, 'fuzz', name);
      const whole = await sound();
      expect(await read(whole)).toEqual({ images: expect.toSatisfy((count) => count > 0), refusals: [] });
      for (let i = 0; i < MUTANTS; i++) {
        const outcome = await read(mutated(whole, dice));
        if (outcome.images === 0) expect(outcome.refusals.length).toBeGreaterThan(0);
        for (const words of outcome.refusals) expect(words).toMatch(/^[\s\S]{3,1500}$/);
      }
    },
    60_000,
  );
});
