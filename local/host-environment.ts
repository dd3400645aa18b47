import { availableParallelism } from 'node:os';

/** What a process of this machine needs to run at all, and to find its libraries and its GPU. */
const MACHINE = /^(PATH|HOME|TMPDIR|LANG|LC_ALL|LD_LIBRARY_PATH|NODE_EXTRA_CA_CERTS|TF_.*|CUDA_.*)$/;

/** Variables of this process whose name one of the patterns matches. */
export const variables = (...patterns: readonly RegExp[]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => patterns.some((pattern) => pattern.test(name))));

/** What a job that is a process of this machine needs beside its own environment. */
export const machineVariables = (...more: readonly RegExp[]): Record<string, string | undefined> =>
  variables(MACHINE, ...more);

/** Threads for each of so many jobs at once, as OMNIDISTILL_THREADS. */
export const threadsEach = (jobs: number): string => String(Math.max(1, Math.floor(availableParallelism() / jobs)));
