import { describe, expect, it } from 'vitest';
import { planFile } from '../../../core/artifacts/run.ts';
import { comparisonFile, verdictFile } from '../../../core/artifacts/verdict.ts';
import { decideRound, HarmfulPoolError } from '../../../core/verdict/decide-stage.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyPlan } from '../../support/toy.ts';

/** A run of two folds whose net with mined images is right about so many tenths of a hundred images, and its control about so many. */
const compared = async (mined: number, control: number) => {
  const store = memoryStore();
  await planFile('r').write(store, toyPlan());
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 2);
  const answers = (right: number): Float32Array =>
    Float32Array.from({ length: 200 }, (_, at) => {
      const row = Math.floor(at / 2);
      const said = row < 10 * right ? labels[row]! : 1 - labels[row]!;
      return at % 2 === said ? 1 : 0;
    });
  for (const fold of [0, 1]) {
    const file = comparisonFile('r', 0, fold);
    await file.write(store, { labels, mined: answers(mined), control: answers(control) });
  }
  return store;
};

describe('the decision on a round', () => {
  it('lets a run go on whose mined images pay, and keeps the verdict with its numbers', async () => {
    const store = await compared(9, 4);
    await decideRound(store, 'r', 0, false);
    const { verdict, images, accuracy } = await verdictFile('r', 0).read(store);
    expect({ verdict, images }).toEqual({ verdict: 'pays', images: 200 });
    expect(accuracy).toMatchObject({ mined: 0.9, control: 0.4 });
  });

  it('lets it go on where there is no evidence', async () => {
    const store = await compared(6, 6);
    await decideRound(store, 'r', 0, false);
    expect((await verdictFile('r', 0).read(store)).verdict).toBe('no-evidence');
  });

  it('ends it where they do harm, says what was measured and what to do, and lets it go on when told to', async () => {
    const store = await compared(3, 9);
    const refused = decideRound(store, 'r', 0, false);
    await expect(refused).rejects.toThrow(HarmfulPoolError);
    await expect(refused).rejects.toMatchObject({ name: 'HarmfulPoolError', exitCode: 65 });
    await expect(refused).rejects.toThrow(
      /do harm, as far as 200 labelled images tell.*−60\.0 points.*verdict\.json.*topFraction.*--even-if-harmful.*"evenIfHarmful": true/,
    );
    // Decided once: the second start obeys what stands there.
    const before = await verdictFile('r', 0).bytes(store);
    await expect(decideRound(store, 'r', 0, true)).resolves.toMatchObject({ verdict: 'harms' });
    expect(await verdictFile('r', 0).bytes(store)).toEqual(before);
    await expect(decideRound(store, 'r', 0, false)).rejects.toThrow(HarmfulPoolError);
  });
});
