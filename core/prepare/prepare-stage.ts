import { inputsFolder } from '../contracts/keys.ts';
import { countByReason } from '../data/rejections.ts';
import type { Job } from '../run/stage.ts';
import { prepare } from './prepare-inputs.ts';

/** Decodes the labelled set and the benchmarks once for all later jobs. */
export const prepareJob: Job<'prepare'> = {
  unit: 'images',
  needsBackend: false,
  resumes: false,
  folder: ({ runId }) => inputsFolder(runId),
  run: async ({ store, plan, report }) => {
    const { counts, rejected } = await prepare(store, plan, report);
    return { counts, rejected: countByReason(rejected) };
  },
};
