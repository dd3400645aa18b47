import { describe, expect, it } from 'vitest';
import { privacyFile } from '../../../../core/artifacts/privacy.ts';
import { setName } from '../../../../core/contracts/names.ts';
import { resolveConfig } from '../../../../core/contracts/presets.ts';
import type { ReleaseEval } from '../../../../core/contracts/release.ts';
import { verifyPrivacy } from '../../../../core/publish/release/verify-privacy.ts';
import { temporaryStore } from '../../../support/images.ts';
import { toyPrivacy } from '../../../support/toy-privacy.ts';

/** What is found of a set whose nearest view lies at 0.4 from a real image. */
const found = async (method: 'dm' | 'packed', floor: number) => {
  const store = temporaryStore();
  const set = { method, ipc: 1 } as const;
  const { pixels } = toyPrivacy();
  const views = { ...pixels.views, minimum: 0.4 };
  await privacyFile(setName(set)).write(store, toyPrivacy({ set, pixels: { ...pixels, views } }));
  const config = resolveConfig('quick', { distill: { matching: { floor } } });
  return verifyPrivacy(store, { sets: [set], config } as unknown as ReleaseEval);
};

describe('Function: verifyPrivacy', () => {
  it('finds a released view that is nearer to a real image than its run promised', async () => {
    expect((await found('dm', 0.5)).map(({ ok }) => ok)).toEqual([true, false]);
    expect((await found('dm', 0.5))[1]!.line).toBe(
      'dm-ipc1: a view lies at 0.400 in pixels from a real image; the run keeps 0.500.',
    );
    expect((await found('dm', 0.3)).map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('says nothing of a distance where none was promised, or for images that are real ones', async () => {
    expect(await found('dm', 0)).toHaveLength(1);
    expect(await found('packed', 0.5)).toHaveLength(1);
  });
});
