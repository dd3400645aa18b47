import type { LiveJob } from '../core/contracts/live-status.ts';
import { count, duration, rate } from '../core/text/format.ts';
import type { RunEvent } from '../local/events.ts';

/** A job that is being computed. */
interface RunningJob {
  readonly label: string;
  readonly since: number;
  done: number;
  total: number | null;
  unit: string;
}

interface RunningStage {
  readonly name: string;
  readonly since: number;
  /** Jobs expected; more where a fallback queue was needed. */
  readonly jobs: number;
  succeeded: number;
  failed: number;
}

/** What is going on, gathered from a run's events. Time is given, never read, so that it can be tested. */
export class Progress {
  private stage: RunningStage | undefined;
  /** Not of a stage: its first jobs start before the end of the stage before is told. */
  private readonly running = new Map<string, RunningJob>();

  public accept(event: RunEvent, now: number): void {
    if (event.type === 'stage-started') {
      this.stage = { name: event.stage, since: now, jobs: event.jobs, succeeded: 0, failed: 0 };
      return;
    }
    if (event.type === 'stage-ended') {
      this.stage = undefined;
      return;
    }
    const { running } = this;
    const { id, label } = event.job;
    if (event.type === 'job-started') {
      running.set(id, { label, since: now, done: 0, total: null, unit: '' });
    } else if (event.type === 'job-progress') {
      const job = running.get(id);
      if (job !== undefined) Object.assign(job, { done: event.done, total: event.total, unit: event.unit });
    } else if (event.type === 'job-retried') {
      running.delete(id);
    } else if (event.type === 'job-ended') {
      running.delete(id);
      if (this.stage === undefined) return;
      if (event.succeeded) this.stage.succeeded++;
      else this.stage.failed++;
    }
  }

  /** The stage that runs and its jobs, one a line. */
  public lines(now: number): string[] {
    const { stage } = this;
    if (stage === undefined) return [];
    const seconds = (now - stage.since) / 1000;
    const jobs = [...this.running.values()];
    const part = (job: RunningJob): number => (job.total === null || job.total === 0 ? 0 : job.done / job.total);
    const fraction = (stage.succeeded + jobs.reduce((sum, job) => sum + part(job), 0)) / Math.max(stage.jobs, 1);
    const failed = stage.failed > 0 ? `, ${stage.failed} failed` : '';
    const done = stage.jobs > 1 || failed !== '' ? `${stage.succeeded} of ${stage.jobs} jobs${failed}, ` : '';
    const head = `${stage.name}  ${done}${duration(seconds)}${leftAfter(seconds, fraction)}`;
    return [head, ...jobs.map((job) => `  ${describeJob(job, now)}`)];
  }

  /** The jobs that run, as numbers. */
  public jobs(now: number): LiveJob[] {
    return [...this.running.values()].map(({ since, ...job }) => ({ ...job, seconds: (now - since) / 1000 }));
  }

  /** The jobs that have told of progress and run for so many milliseconds, one a line. */
  public longRunning(now: number, forMs: number): string[] {
    const jobs = [...this.running.values()].filter(({ since, done }) => done > 0 && now - since >= forMs);
    return jobs.map((job) => `  ${describeJob(job, now)}`);
  }
}

function describeJob(job: RunningJob, now: number): string {
  const seconds = (now - job.since) / 1000;
  if (job.done === 0) return `${job.label}  ${duration(seconds)}`;
  const speed = job.done / Math.max(seconds, 1e-3);
  const known = job.total !== null && job.total > 0;
  const of = known ? ` of ${count(job.total!)}` : '';
  const left = known ? leftAfter(seconds, job.done / job.total!) : '';
  return `${job.label}  ${count(job.done)}${of} ${job.unit}, ${rate(speed)}${left}`;
}

function leftAfter(seconds: number, fraction: number): string {
  return fraction > 0.02 && fraction < 1 ? `, about ${duration((seconds * (1 - fraction)) / fraction)} left` : '';
}
