import { VARIABLE } from '../core/contracts/environment.ts';
import { BackendName } from '../core/contracts/stats.ts';
import { selectBackend } from '../core/tensor/backend.ts';

/** What runs nets on a plain `npm ci`, beside wasm, which does the rest. */
export const ONNXRUNTIME = 'onnxruntime';
/** What ours is measured on: a backend that does all, or onnxruntime. */
export type EngineName = BackendName | typeof ONNXRUNTIME;

/** Starts the engine of a side in this process; one that only decodes has none. */
export const startEngine = async (side: string, threads: number): Promise<void> => {
  if (side === ONNXRUNTIME) await selectBackend({ forced: 'wasm', inference: 'onnxruntime', threads });
  const { data: forced } = BackendName.safeParse(side);
  if (forced !== undefined) await selectBackend({ forced, threads });
};

/** What tells a job its engine. */
export const engineEnvironment = (engine: EngineName): Record<string, string> => ({
  [VARIABLE.backend]: engine === ONNXRUNTIME ? 'wasm' : engine,
  [VARIABLE.inference]: engine === ONNXRUNTIME ? 'onnxruntime' : 'backend',
});
