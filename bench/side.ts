import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { OmnidistillError } from '../core/errors.ts';
import { Farewell, Lap, Ready, type Task } from './protocol.ts';

/** A side of a comparison broke off. */
export class SideError extends OmnidistillError {
  public override readonly name = 'SideError';

  public constructor({ case: of, side }: Task, said: string) {
    super(
      `${side} ended in the middle of ${of}. It said: ${said.trim().split('\n').slice(-12).join('\n') || 'nothing'}`,
    );
  }
}

/** A running side, warmed up. */
export interface Side {
  readonly task: Task;
  /** What the first steps computed. */
  readonly check: readonly number[];
  lap(): Promise<Lap>;
  /** Ends the process. @returns its peak memory in MiB */
  end(): Promise<number>;
  /** Ends it at once; one that has ended stays as it is. */
  kill(): void;
}

/** The command of a side before its task: a program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

const answersOf = (child: ChildProcessWithoutNullStreams, task: Task): (() => Promise<unknown>) => {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) {
        if (child.exitCode === null) await once(child, 'close');
        throw new SideError(task, said);
      }
      // Libraries may print, too.
      if (value.startsWith('{')) return JSON.parse(value) as unknown;
    }
  };
};

/** What libraries read when they are loaded; a person's own settings would make the sides unequal. */
const environmentOf = (threads: number): NodeJS.ProcessEnv => ({
  ...process.env,
  OMP_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  // PyTorch would round what it convolves on a GPU to 10 bits, ours does not.
  NVIDIA_TF32_OVERRIDE: '0',
});

/**
 * Starts a side and waits until it is warm.
 * @throws SideError with what it printed when it breaks off
 */
export const startSide = async ([program, ...args]: Command, task: Task): Promise<Side> => {
  const child = spawn(program, [...args, JSON.stringify(task)], { env: environmentOf(task.threads) });
  const answer = answersOf(child, task);
  const { check } = Ready.parse(await answer());
  return {
    task,
    check,
    lap: async () => {
      child.stdin.write('lap\n');
      return Lap.parse(await answer());
    },
    end: async () => {
      child.stdin.end();
      return Farewell.parse(await answer()).peakMiB;
    },
    kill: () => void child.kill(),
  };
};
