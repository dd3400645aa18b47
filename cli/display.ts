import { duration } from '../core/publish/report/format.ts';
import type { RunEvent } from '../local/events.ts';
import { count, printable } from './format.ts';
import { Progress } from './progress.ts';
import { clearLines, drawsInPlace, fitted, REPORT_MS, type Screen } from './screen.ts';

export interface Display {
  accept(event: RunEvent): void;
  /** Leaves the screen clean for what is printed next. */
  end(): void;
}

const REDRAW_MS = 200;

/** Events that deserve a line of their own that stays; `undefined` for the others. */
const lasting = (event: RunEvent): string | undefined => {
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
};

/** Plain lines, for logs and pipes: nothing is drawn twice, and running jobs report every quarter of a minute. */
export const plainDisplay = (screen: Screen, now: () => number = Date.now): Display => {
  const progress = new Progress();
  const reported = new Map<string, number>();
  return {
    accept(event) {
      const time = now();
      progress.accept(event, time);
      if (event.type === 'stage-started') {
        screen.write(`${event.stage}: started${event.jobs > 1 ? `, ${count(event.jobs)} jobs` : ''}\n`);
      } else if (event.type === 'job-started') {
        reported.set(event.job.id, time);
      } else if (event.type === 'job-progress' && time - (reported.get(event.job.id) ?? 0) >= REPORT_MS) {
        reported.set(event.job.id, time);
        const line = progress.line(event.job.id, time);
        if (line !== undefined) screen.write(`  ${line}\n`);
      } else if (event.type === 'job-ended' && event.succeeded) {
        screen.write(`  ${event.job.label}: done in ${duration(event.seconds)}\n`);
      }
      const line = lasting(event);
      if (line !== undefined) screen.write(`${printable(line)}\n`);
    },
    end() {},
  };
};

/** Redraws the running stage in place; what deserves to stay scrolls up above it. */
export const terminalDisplay = (screen: Screen, now: () => number = Date.now): Display => {
  const progress = new Progress();
  let drawn = 0;
  let lastDraw = 0;
  const draw = (above: string): void => {
    const lines = progress.lines(now());
    screen.write(clearLines(drawn) + above + fitted(lines, screen));
    drawn = lines.length;
    lastDraw = now();
  };
  const timer = setInterval(() => draw(''), 1000);
  timer.unref();
  return {
    accept(event) {
      progress.accept(event, now());
      const line = lasting(event);
      if (line !== undefined) draw(`${printable(line)}\n`);
      else if (now() - lastDraw >= REDRAW_MS) draw('');
    },
    end() {
      clearInterval(timer);
      screen.write(clearLines(drawn));
      drawn = 0;
    },
  };
};

/** In place on a terminal, plain lines elsewhere or where colours and control codes are not wanted. */
export const displayFor = (screen: Screen, environment: NodeJS.ProcessEnv): Display =>
  drawsInPlace(screen, environment) ? terminalDisplay(screen) : plainDisplay(screen);
