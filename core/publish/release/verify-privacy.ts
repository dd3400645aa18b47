import { privacyFile } from '../../artifacts/privacy.ts';
import { setName } from '../../contracts/names.ts';
import { copiesIn } from '../../contracts/privacy.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Store } from '../../store/store.ts';
import { percent } from '../../text/format.ts';
import type { Finding } from './check.ts';

/** Holds what was measured of each set against what its run allows. Without the real images it cannot be measured again. */
export const verifyPrivacy = (store: Store, { sets, config }: ReleaseEval): Promise<Finding[]> =>
  Promise.all(
    sets.map(async (spec) => {
      const copies = copiesIn(await privacyFile(setName(spec)).read(store));
      const maximum = config.distill.privacy.maximumCopies;
      const allowed = maximum === null ? 'any number of them is allowed' : `${percent(maximum)} allowed`;
      const line = `${setName(spec)}: ${percent(copies)} of the views are copies of real images, or near to it; ${allowed}.`;
      return { ok: maximum === null || copies <= maximum, line };
    }),
  );
