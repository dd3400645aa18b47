import { existsSync, readFileSync } from 'node:fs';

/** Whether a process still does anything: a killed one that nobody has reaped stays as a zombie. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Waits until something holds; long, because test machines are busy. */
export const until = async (condition: () => boolean): Promise<void> => {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('Waited half a minute in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
