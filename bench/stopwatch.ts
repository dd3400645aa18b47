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
