import type { BenchInputs } from '../inputs.ts';
import type { Lap, Task } from '../protocol.ts';

/** A piece of work, ready to be measured. */
export interface Work {
  /** Values that every side has to agree on, computed before anything is measured. */
  readonly check: readonly number[];
  lap(steps: number): Promise<Lap>;
}

/** Makes a piece of work ready on the backend that is running. */
export type Case = (inputs: BenchInputs, task: Task) => Promise<Work>;
