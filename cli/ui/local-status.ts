import type { LiveStage, LiveStatus } from '../../core/contracts/live-status.ts';
import { STEPS } from '../../core/contracts/workflow.ts';
import type { RunEvent } from '../../local/events.ts';
import { lasting } from '../display.ts';
import { Progress } from '../progress.ts';

/** What a run on this machine knows of itself; curves and report lie in its store. */
export type KnownStatus = Pick<LiveStatus, 'stages' | 'jobs' | 'notes'>;

const NOTES = 20;

interface Stage {
  readonly name: string;
  readonly since: number;
  readonly jobs: number;
  seconds?: number;
  done: number;
  failed: number;
}

/** All stages of a run so far and the jobs that run, gathered from its events. Time is given, never read. */
export class LocalStatus {
  private readonly progress = new Progress();
  private readonly stages: Stage[] = [];
  private readonly notes: string[] = [];

  public accept(event: RunEvent, now: number): void {
    this.progress.accept(event, now);
    const running = this.stages.find(({ seconds }) => seconds === undefined);
    if (event.type === 'stage-started') {
      this.stages.push({ name: event.stage, since: now, jobs: event.jobs, done: 0, failed: 0 });
    } else if (event.type === 'stage-ended') {
      const ended = this.stages.findLast(({ name }) => name === event.stage);
      if (ended !== undefined) ended.seconds = event.seconds;
    } else {
      if (event.type === 'job-ended' && running !== undefined) running[event.succeeded ? 'done' : 'failed'] += 1;
      const line = lasting(event);
      if (line !== undefined) this.notes.push(line.trim());
    }
  }

  public known(now: number): KnownStatus {
    const jobs = this.progress.jobs(now);
    return {
      stages: this.stages.map((stage) => liveStage(stage, now, jobs)),
      jobs,
      notes: this.notes.slice(-NOTES),
    };
  }
}

function liveStage(
  { name, since, jobs, seconds, done, failed }: Stage,
  now: number,
  running: LiveStatus['jobs'],
): LiveStage {
  const isDone = seconds !== undefined;
  const mines = STEPS.find(({ state }) => state === name)?.stage === 'mine';
  const images = running.filter(({ unit }) => unit === 'images');
  const imagesPerSecond =
    !mines || isDone || images.length === 0
      ? null
      : images.reduce((sum, job) => sum + job.done / Math.max(job.seconds, 1), 0);
  return {
    ...{ name, isDone, done, failed, imagesPerSecond },
    seconds: seconds ?? (now - since) / 1000,
    unit: mines ? 'shard' : 'job',
    total: jobs > 0 ? jobs : null,
  };
}
