import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BackendName } from '../core/contracts/stats.ts';
import { BUNDLES } from './bundle.ts';
import { type BenchSpread, spreadOf } from './spread.ts';

/** Seconds from nothing to the value of a first convolution. */
export interface Start {
  readonly side: string;
  readonly seconds: BenchSpread;
}

const TORCH = 'import torch; torch.nn.functional.conv2d(torch.ones(1, 1, 8, 8), torch.ones(8, 1, 3, 3)).sum().item()';

/** Starts a fresh process of every side in turns. */
export const measureStart = async (
  backends: readonly BackendName[],
  python: string,
  repetitions: number,
): Promise<Start[]> => {
  const sides = [
    ...backends.map((name) => ({ side: name as string, command: [process.execPath, BUNDLES.firstOp, name] })),
    { side: 'PyTorch', command: [python, '-c', TORCH] },
  ].map((side) => ({ ...side, seconds: [] as number[] }));
  // The first round reads everything into the file cache and is not counted.
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    for (const { command, seconds } of sides) {
      const start = performance.now();
      await promisify(execFile)(command[0]!, command.slice(1));
      if (repetition > 0) seconds.push((performance.now() - start) / 1000);
    }
  }
  return sides.map(({ side, seconds }) => ({ side, seconds: spreadOf(seconds) }));
};
