import type { Unit } from '../../core/contracts/stages.ts';
import type { Log, Report } from '../../core/run/stage.ts';

export const log: Log = (level, message) => emit({ event: 'log', level, message });

const INTERVAL_MS = 500;

/** Progress lines, at most two a second, and always the last one. */
export const reporter = (unit: Unit): Report => {
  let last = 0;
  return (done, total) => {
    const now = Date.now();
    if (now - last < INTERVAL_MS && done !== total) return;
    last = now;
    emit({ event: 'progress', done, total, unit });
  };
};

/** One line of JSON on standard output: what the log group and the local runner read. */
function emit(event: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
