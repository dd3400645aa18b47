import { describe, expect, it } from 'vitest';
import { displayOn } from '../../../cli/display.ts';
import { Progress } from '../../../cli/progress.ts';
import { terminalOn } from '../../../cli/terminal.ts';
import { count, percent, rate, signedPoints, table } from '../../../core/text/format.ts';
import type { RunEvent } from '../../../local/events.ts';

const job = (index: number) => ({
  id: `id-${index}`,
  name: 'mine',
  label: `round-0-shards-0000${index}`,
  logFile: '/log',
});
const started: RunEvent = { type: 'stage-started', stage: 'MineShards', jobs: 4 };
const running = (index: number): RunEvent => ({ type: 'job-started', job: job(index), attempt: 1 });
const progressed = (index: number, done: number): RunEvent => ({
  type: 'job-progress',
  job: job(index),
  done,
  total: 1000,
  unit: 'images',
});
const ended = (index: number, succeeded: boolean): RunEvent => ({
  type: 'job-ended',
  job: job(index),
  succeeded,
  seconds: 3,
  reason: succeeded ? '' : 'cut',
});

const screenOf = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, screen: { isTTY, columns: 60, write: (text: string) => written.push(text) } };
};

describe('Module: format', () => {
  it('writes numbers the same on every machine', () => {
    expect([
      count(26078),
      rate(0.04),
      rate(12.34),
      rate(1204),
      percent(0.41234, 2),
      signedPoints(0.0212, 2),
      signedPoints(-0.001, 2),
    ]).toEqual(['26,078', '2.4/min', '12.3/s', '1,204/s', '41.23\u202f%', '+2.12', '−0.10']);
  });

  it('lines up columns, also of rows of different length', () => {
    expect(table([['set', 'n'], ['omni', '100', 'x'], ['none']])).toEqual(['  set     n', '  omni  100  x', '  none']);
  });
});

describe('Class: Progress', () => {
  it('tells rate and time left of a stage and of each job', () => {
    const progress = new Progress();
    progress.accept(started, 0);
    progress.accept(running(0), 0);
    progress.accept(ended(0, true), 10_000);
    progress.accept(running(1), 10_000);
    progress.accept(progressed(1, 500), 15_000);
    expect(progress.lines(15_000)).toEqual([
      'MineShards  1 of 4 jobs, 15 s, about 25 s left',
      '  round-0-shards-00001  500 of 1,000 images, 100/s, about 5.0 s left',
    ]);
  });

  it('shows the first jobs of a stage too, which start before the stage before is said to have ended', () => {
    const progress = new Progress();
    progress.accept({ type: 'stage-started', stage: 'Prepare', jobs: 1 }, 0);
    progress.accept(running(0), 0);
    progress.accept({ type: 'stage-ended', stage: 'Prepare', seconds: 1, output: {} }, 10);
    progress.accept(started, 10);
    expect(progress.lines(1010)).toEqual(['MineShards  0 of 4 jobs, 1.0 s', '  round-0-shards-00000  1.0 s']);
  });

  it('shows failures and forgets the stage when it has ended', () => {
    const progress = new Progress();
    progress.accept(started, 0);
    progress.accept(running(0), 0);
    progress.accept(ended(0, false), 1000);
    expect(progress.lines(1000)).toEqual(['MineShards  0 of 4 jobs, 1 failed, 1.0 s']);
    progress.accept({ type: 'stage-ended', stage: 'MineShards', seconds: 1, output: {} }, 1000);
    expect(progress.lines(1000)).toEqual([]);
  });
});

describe('a run on a log or a pipe', () => {
  it('writes a line for what matters, and progress only now and then', () => {
    const { written, screen } = screenOf(false);
    let now = 0;
    const display = displayOn(
      terminalOn(screen, {}, () => now),
      () => now,
    );
    const accept = (event: RunEvent, time: number): void => {
      now = time;
      display.accept(event);
    };
    accept(started, 0);
    accept(running(0), 0);
    accept(progressed(0, 10), 1000);
    accept(progressed(0, 500), 20_000);
    accept(progressed(0, 510), 21_000);
    accept({ type: 'job-retried', job: job(0), attempt: 1, reason: 'exit code 75' }, 22_000);
    accept({ type: 'job-log', job: job(0), level: 'warn', message: 'odd' }, 22_000);
    accept({ type: 'job-log', job: job(0), level: 'info', message: 'dull' }, 22_000);
    accept(ended(0, true), 23_000);
    accept(ended(1, false), 23_000);
    accept({ type: 'stage-ended', stage: 'MineShards', seconds: 23, output: {} }, 23_000);
    expect(written).toEqual([
      'MineShards: started, 4 jobs\n',
      '  round-0-shards-00000  500 of 1,000 images, 25.0/s, about 20 s left\n',
      '  round-0-shards-00000: attempt 1 failed (exit code 75), trying again\n',
      '  round-0-shards-00000: warning: odd\n',
      '  round-0-shards-00000: done in 3.0 s\n',
      '  round-0-shards-00001: failed: cut\n',
      'MineShards: done in 23 s\n',
    ]);
  });
});

describe('a run on a terminal', () => {
  it('redraws in place, never wider than the terminal, and leaves a clean screen', () => {
    const { written, screen } = screenOf(true);
    let now = 0;
    const display = displayOn(
      terminalOn(screen, {}, () => now),
      () => now,
    );
    now = 1000;
    display.accept(started);
    now = 2000;
    display.accept(running(0));
    now = 3000;
    display.accept({ ...progressed(0, 500), total: 100_000_000 } as RunEvent);
    display.end();
    expect(written[1]).toBe('\u001b[1A\u001b[0JMineShards  0 of 4 jobs, 1.0 s\n  round-0-shards-00000  0.0 s\n');
    expect(written[2]?.split('\n').every((line) => line.replace('\u001b[2A\u001b[0J', '').length <= 59)).toBe(true);
    expect(written.at(-1)).toBe('\u001b[2A\u001b[0J');
  });
});

describe('what a job says', () => {
  it('cannot reach the terminal of who reads it', () => {
    const { written, screen } = screenOf(false);
    displayOn(terminalOn(screen, {})).accept({
      ...ended(0, false),
      reason: 'cut behind \u001b]0;owned\u0007.png',
    } as RunEvent);
    expect(written.join('')).toContain('cut behind \\u001b]0;owned\\u0007.png');
  });
});

describe('Function: terminalOn', () => {
  it('keeps the last of many quick updates on the screen: the one that says all is done', () => {
    const { written, screen } = screenOf(true);
    const terminal = terminalOn(screen, {}, () => 0);
    for (const done of [1, 2, 3]) terminal.show([`${done} of 3 files`]);
    terminal.end();
    expect(written).toEqual(['1 of 3 files\n', '\u001b[1A\u001b[0J3 of 3 files\n']);
  });

  it('tells jobs apart by the number in their name, and not by a time that grows', () => {
    const { written, screen } = screenOf(false);
    const terminal = terminalOn(screen, {}, () => 0);
    terminal.show([
      '  shards-00000  5 of 9 images, about 59 s left',
      '  shards-00001  5 of 9 images, about 2 min 01 s left',
    ]);
    terminal.show(['  shards-00000  6 of 9 images, about 2 min 01 s left']);
    expect(written).toHaveLength(2);
  });

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('with a terminal: %s, environment %j, draws in place: %s', (isTTY, environment, inPlace) => {
    const { written, screen } = screenOf(isTTY);
    const display = displayOn(terminalOn(screen, environment));
    display.accept(started);
    display.accept(ended(0, false));
    display.end();
    expect(written.join('').includes('\u001b')).toBe(inPlace);
  });
});
