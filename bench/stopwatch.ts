import type { Lap } from './protocol.ts';

/** Starts to count; the answer tells the time and the CPU time of this process since then. */
export const stopwatch = (): (() => Omit<Lap, 'count'>) => {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
};

/** One lap over work that begins and ends with the call. */
export const timed = async (count: number, work: () => unknown): Promise<Lap> => {
  const lap = stopwatch();
  await work();
  return { ...lap(), count };
};

/**
 * One lap over the last steps of work that counts its steps and tells each when it is done.
 * @param before - steps before the clock starts, which make what later ones use again
 * @param work - given how many steps to take in all, and whom to tell, from 1 on
 */
export const timedSteps = async (
  before: number,
  steps: number,
  work: (steps: number, onStep: (step: number) => void) => Promise<unknown>,
): Promise<Omit<Lap, 'count'>> => {
  let lap = stopwatch();
  let measured = lap();
  await work(before + steps, (step) => {
    if (step === before) lap = stopwatch();
    if (step === before + steps) measured = lap();
  });
  return measured;
};
