import { privacyFile } from '../../artifacts/privacy.ts';
import { keepsFloor } from '../../contracts/methods.ts';
import { setName } from '../../contracts/names.ts';
import { copiesIn, isBelowFloor } from '../../contracts/privacy.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Store } from '../../store/store.ts';
import { percent } from '../../text/format.ts';
import { floorWords } from '../../text/privacy.ts';
import type { Finding } from './check.ts';

/** Holds what was measured of each set against what its run allows. Without the real images it cannot be measured again. */
export const verifyPrivacy = async (store: Store, { sets, config }: ReleaseEval): Promise<Finding[]> => {
  const { floor } = config.distill.matching;
  const findings = sets.map(async (spec): Promise<Finding[]> => {
    const name = setName(spec);
    const privacy = await privacyFile(name).read(store);
    const copies = copiesIn(privacy);
    const maximum = config.distill.privacy.maximumCopies;
    const allowed = maximum === null ? 'any number of them is allowed' : `${percent(maximum)} allowed`;
    const line = `${name}: ${percent(copies)} of the views are copies of real images, or near to it; ${allowed}.`;
    const limits = [{ ok: maximum === null || copies <= maximum, line }];
    if (floor === 0 || !keepsFloor(spec.method)) return limits;
    return [...limits, { ok: !isBelowFloor(privacy, floor), line: floorWords(name, privacy, floor) }];
  });
  return (await Promise.all(findings)).flat();
};
