import type { Plan } from '../../core/contracts/plan.ts';
import { withoutCheckpoints } from '../../core/run/checkpoints.ts';
import type { JobContext } from '../../core/run/stage.ts';
import type { Store } from '../../core/store/store.ts';

/** What a stage is run with, where nobody listens and nobody stops it. */
export const toyContext = (store: Store, plan: Plan): JobContext => ({
  store,
  plan,
  folder: 'unused',
  threads: 1,
  report: () => undefined,
  log: () => undefined,
  checkpointer: withoutCheckpoints,
});
