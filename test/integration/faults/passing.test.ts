import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../local/events.ts';
import { type Fault, faults, type JobFaults, type ServiceFaults } from '../../support/faults.ts';
import { expectUndisturbedBytes, tinyRuns } from '../../support/tiny-runs.ts';

const { folder, run } = tinyRuns();

const RECLAIMED = 'Host EC2 (instance i-0a1b2c3d4e5f67890) terminated.';
const PULL = 'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref';

interface JobFault {
  readonly what: string;
  readonly label: string;
  readonly fault: Fault;
  /** Another attempt, or the on-demand queue. */
  readonly outcome: 'retried' | 'on demand';
}
const JOB_FAULTS: readonly JobFault[] = [
  {
    what: 'Spot takes the machine in the middle of a shard',
    label: 'round-0-shards-00000',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  {
    what: 'the image cannot be pulled',
    label: 'round-0-shards-00001',
    fault: { reason: PULL, statusReason: 'Task failed to start' },
    outcome: 'retried',
  },
  {
    what: 'memory runs out in the middle of a shard',
    label: 'round-0-shards-00002',
    fault: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', atProgress: true },
    outcome: 'on demand',
  },
  {
    what: 'Spot takes the machine in the middle of a training',
    label: 'primitive-seed-0',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  {
    what: 'a training is asked to end and does',
    label: 'round-0-student-seed-0',
    fault: { exitCode: 143, atProgress: true },
    outcome: 'retried',
  },
  { what: 'the store is busy', label: 'inputs', fault: { exitCode: 75 }, outcome: 'retried' },
  {
    what: 'Spot takes the machine in the middle of a distillation',
    label: 'distilled-dm-ipc1-draw-0',
    fault: { statusReason: RECLAIMED, atProgress: true },
    outcome: 'retried',
  },
  { what: 'a job dies for no known reason', label: 'evaluation-omni', fault: { exitCode: 1 }, outcome: 'on demand' },
];

/** Name of the state, and the errors of its first calls. */
const SERVICE_FAULTS: readonly { what: string; state: string; errors: readonly string[]; done?: boolean }[] = [
  { what: 'Plan is throttled', state: 'Plan', errors: ['Lambda.TooManyRequestsException'] },
  { what: 'the store is busy in Plan', state: 'Plan', errors: ['', 'TransientError'] },
  {
    what: 'submitting is throttled again and again',
    state: 'MineShard',
    errors: Array.from({ length: 6 }, () => 'Batch.TooManyRequestsException'),
  },
  { what: 'the Batch API has a fault', state: 'DistillSet', errors: ['Batch.ServerException'] },
  { what: 'Aggregate runs out of time', state: 'Aggregate', errors: ['Sandbox.Timedout'] },
  { what: 'the answer of Publish is lost', state: 'Publish', errors: ['Lambda.ServiceException'], done: true },
];

describe('a fault that passes', () => {
  const disturbed = join(folder, 'disturbed');
  const events: RunEvent[] = [];
  const refused: string[] = [];

  const services: ServiceFaults = (state, call) => {
    const rows = SERVICE_FAULTS.filter((fault) => fault.state === state);
    const errors = rows.flatMap(({ errors: all }) => all).filter((error) => error !== '');
    const error = errors[call - 1];
    if (error === undefined) return undefined;
    refused.push(`${state} ${error}`);
    return { error, done: rows[0]!.done ?? false };
  };

  beforeAll(async () => {
    const hit = new Set<string>();
    // The first attempt on the Spot queue alone: the same label comes again on demand.
    const jobs: JobFaults = ({ label }, attempt) => {
      const row = JOB_FAULTS.find((each) => each.label === label);
      if (row === undefined || attempt > 1 || hit.has(row.label)) return undefined;
      hit.add(row.label);
      return row.fault;
    };
    await run(disturbed, { onEvent: (event) => events.push(event) }, faults({ services, jobs }));
  }, 900_000);

  it.each(JOB_FAULTS)('costs one attempt: $what', ({ label, outcome }) => {
    const about = events.filter((event) => 'job' in event && event.job.label === label);
    const ends = about.flatMap((event) => (event.type === 'job-ended' ? [event.succeeded] : []));
    const retried = about.filter(({ type }) => type === 'job-retried').length;
    expect({ retried, ends }).toEqual(
      outcome === 'retried' ? { retried: 1, ends: [true] } : { retried: 0, ends: [false, true] },
    );
  });

  it.each(SERVICE_FAULTS)('is asked again: $what', ({ state, errors }) => {
    for (const error of errors.filter((each) => each !== '')) expect(refused).toContain(`${state} ${error}`);
  });

  it('leaves the very same mined set, models, images and results', () => expectUndisturbedBytes(disturbed));
});
