import { count, duration } from '../core/text/format.ts';
import type { RunEvent } from '../local/events.ts';
import { Progress } from './progress.ts';
import { REPORT_MS, type Terminal } from './terminal.ts';

/** Follows a run. */
export interface Display {
  accept(event: RunEvent): void;
  /** Leaves the screen clean for what is printed next. */
  end(): void;
}

/** Shows a run: what deserves it on a line that stays, and the running stage with its jobs. */
export const displayOn = (terminal: Terminal, now: () => number = Date.now): Display => {
  const progress = new Progress();
  // Elsewhere a job that is soon over needs no line before the one of its end.
  const show = (): void =>
    terminal.show(terminal.inPlace ? progress.lines(now()) : progress.longRunning(now(), REPORT_MS));
  const timer = setInterval(show, 1000);
  timer.unref();
  return {
    accept(event) {
      progress.accept(event, now());
      show();
      const line = lasting(event) ?? (terminal.inPlace ? undefined : lastingInLog(event));
      if (line !== undefined) terminal.print(line);
    },
    end() {
      clearInterval(timer);
      terminal.show([]);
      terminal.end();
    },
  };
};

/** The line of an event that deserves one of its own that stays; `undefined` for the others. */
export function lasting(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'stage-ended':
      return `${event.stage}: done in ${duration(event.seconds)}`;
    case 'job-retried':
      return `  ${event.job.label}: attempt ${event.attempt} failed (${event.reason}), trying again`;
    case 'job-log':
      // An error comes again as the reason of the job's end.
      return event.level === 'warn' ? `  ${event.job.label}: warning: ${event.message}` : undefined;
    case 'job-ended':
      return event.succeeded ? undefined : `  ${event.job.label}: failed: ${event.reason}`;
    default:
      return undefined;
  }
}

/** Events that a terminal shows for the moment, and that logs and pipes would miss. */
function lastingInLog(event: RunEvent): string | undefined {
  if (event.type === 'stage-started') {
    return `${event.stage}: started${event.jobs > 1 ? `, ${count(event.jobs)} jobs` : ''}`;
  }
  return event.type === 'job-ended' ? `  ${event.job.label}: done in ${duration(event.seconds)}` : undefined;
}
