import { z } from 'zod';
import { VARIABLE } from '../core/contracts/environment.ts';
import { RunId } from '../core/contracts/names.ts';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { openStore } from '../core/store/open.ts';
import type { Store } from '../core/store/store.ts';

/** What a function is told that works on one round of a run. */
export const RoundEvent = z.strictObject({ runId: RunId, round: z.number().int().min(0) });

const Environment = z.object({ [VARIABLE.store]: z.string().min(1) });

/** The store that the stack names. @throws ConfigError where it names none */
export const storeOf = (environment: NodeJS.ProcessEnv): Store =>
  openStore(parseOrExplain(Environment, environment, 'environment')[VARIABLE.store]);
