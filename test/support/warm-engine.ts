import { join } from 'node:path';
import { afterAll } from 'vitest';
import { processEngine } from '../../local/batch/process-engine.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import type { Decorators } from '../../local/run.ts';

/**
 * Jobs in the processes of one engine for all runs of a test file, so that its libraries are loaded twice and not twice a run.
 * To be called once, at the top of a test file.
 * @returns for `runLocally`: a run whose jobs run in such processes, and meet the faults that are given
 */
export const warmJobs = (): ((faults?: Decorators) => Decorators & Required<Pick<Decorators, 'engine'>>) => {
  const { engine, close } = processEngine(join(projectFolder(), 'dist', 'worker'));
  afterAll(close);
  return (faults = {}) => ({ ...faults, engine: () => faults.engine?.(engine) ?? engine });
};
