import type { LiveJob, LiveStage } from '../../core/contracts/live-status.ts';
import type { RunJob } from '../aws/run-jobs.ts';
import type { StagePassage } from '../aws/stages.ts';
import { noteLines, type RunView, stageCounts } from '../aws/watch-view.ts';
import type { KnownStatus } from './local-status.ts';

/** Jobs that are shown one by one: of a thousand nobody reads more. */
const SHOWN_JOBS = 16;

/** What `watch` knows of a run on AWS, as the local page shows it. */
export const awsStatus = (view: RunView): KnownStatus => {
  const running = view.jobs.filter(({ status }) => status === 'RUNNING');
  return {
    stages: view.stages.map((stage) => liveStage(stage, view)),
    jobs: running.slice(0, SHOWN_JOBS).map((job) => liveJob(job, view.now)),
    notes: noteLines(view),
  };
};

function liveStage(stage: StagePassage, view: RunView): LiveStage {
  const { seconds, jobs } = stageCounts(stage, view);
  return {
    name: stage.step.state,
    isDone: stage.ended !== undefined,
    seconds,
    unit: jobs?.unit ?? 'job',
    done: jobs?.done ?? 0,
    failed: jobs?.failed ?? 0,
    total: jobs?.total ?? null,
    imagesPerSecond: jobs?.imagesPerSecond ?? null,
  };
}

/** Batch tells of no progress within a job. */
function liveJob({ name, startedAt, queue }: RunJob, now: number): LiveJob {
  return { label: `${name} (${queue})`, seconds: (now - (startedAt ?? now)) / 1000, done: 0, total: null, unit: '' };
}
