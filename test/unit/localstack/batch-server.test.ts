import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchClient,
  CancelJobCommand,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DeleteJobQueueCommand,
  DeregisterJobDefinitionCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  ListSchedulingPoliciesCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TagResourceCommand,
  TerminateJobCommand,
  UpdateJobQueueCommand,
} from '@aws-sdk/client-batch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, AttemptEnd, Engine } from '../../../local/batch/engine.ts';
import { type BatchServer, startBatchServer } from '../../../localstack/batch-server/http.ts';

/** Attempts stay open until the test ends them; an abort ends them as SIGTERM would. */
const heldEngine = () => {
  const open: { attempt: Attempt; end: (outcome: Partial<AttemptEnd>) => void }[] = [];
  const engine: Engine = (attempt) =>
    new Promise((resolve) => {
      const end = (outcome: Partial<AttemptEnd>): void =>
        resolve({ statusReason: 'Essential container in task exited', timedOut: false, lastLine: '', ...outcome });
      attempt.signal.addEventListener('abort', () => end({ exitCode: 143 }));
      open.push({ attempt, end });
    });
  return { engine, open };
};

describe('the local Batch server, through the SDK', () => {
  let server: BatchServer;
  let batch: BatchClient;
  let held: ReturnType<typeof heldEngine>;
  let logFolder: string;

  beforeEach(async () => {
    held = heldEngine();
    logFolder = mkdtempSync(join(tmpdir(), 'omnidistill-batch-server-'));
    server = await startBatchServer({ maxJobs: 1, engine: held.engine, logFolder, hostEnvironment: { HOST: 'yes' } });
    batch = new BatchClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    await batch.send(new CreateComputeEnvironmentCommand({ computeEnvironmentName: 'spot', type: 'MANAGED' }));
    await batch.send(
      new CreateJobQueueCommand({
        jobQueueName: 'queue',
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'spot' }],
      }),
    );
    await batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: 'mine',
        type: 'container',
        containerProperties: { image: 'any', command: ['node', 'worker.mjs', 'mine'], environment: [] },
        retryStrategy: {
          attempts: 2,
          evaluateOnExit: [
            { onExitCode: '75', action: 'RETRY' },
            { onReason: '*', action: 'EXIT' },
          ],
        },
        tags: { team: 'faces' },
      }),
    );
  });

  afterEach(async () => {
    await server.close();
    rmSync(logFolder, { recursive: true, force: true });
  });

  const submit = async (jobName: string): Promise<string> => {
    const { jobId } = await batch.send(
      new SubmitJobCommand({
        jobName,
        jobQueue: 'queue',
        jobDefinition: 'mine',
        containerOverrides: { environment: [{ name: 'OMNIDISTILL_RUN_ID', value: 'run-1' }] },
        tags: { 'omnidistill:run': 'run-1' },
      }),
    );
    return jobId!;
  };
  const describeJob = async (id: string) => (await batch.send(new DescribeJobsCommand({ jobs: [id] }))).jobs![0]!;
  const statusOf = async (id: string) => (await describeJob(id)).status;

  it('runs a job with the command and the environment of its definition and its submit', async () => {
    const id = await submit('shard-0');
    await expect.poll(() => held.open.length).toBe(1);
    const { attempt, end } = held.open[0]!;
    expect(attempt.command).toEqual(['node', 'worker.mjs', 'mine']);
    expect(attempt.environment).toMatchObject({ HOST: 'yes', OMNIDISTILL_RUN_ID: 'run-1' });
    expect(await statusOf(id)).toBe('RUNNING');

    end({ exitCode: 0 });

    await expect.poll(() => statusOf(id)).toBe('SUCCEEDED');
    const job = await describeJob(id);
    expect(job.container?.exitCode).toBe(0);
    expect(job.startedAt).toBeGreaterThanOrEqual(job.createdAt!);
    expect(job.stoppedAt).toBeGreaterThanOrEqual(job.startedAt!);
    expect(job.tags).toEqual({ team: 'faces', 'omnidistill:run': 'run-1' });
  });

  it('tries a job again by its retry rules, and shows each attempt', async () => {
    const id = await submit('shard-0');
    await expect.poll(() => held.open.length).toBe(1);
    held.open[0]!.end({ exitCode: 75 });
    await expect.poll(() => held.open.length).toBe(2);
    held.open[1]!.end({ exitCode: 65 });

    await expect.poll(() => statusOf(id)).toBe('FAILED');
    const { attempts = [] } = await describeJob(id);
    expect(attempts.map(({ container }) => container?.exitCode)).toEqual([75, 65]);
  });

  it('cancels a job that waits and leaves one that runs; terminate ends both', async () => {
    const running = await submit('runs');
    const waiting = await submit('waits');
    await expect.poll(() => statusOf(running)).toBe('RUNNING');
    const reason = 'no longer wanted';

    await batch.send(new CancelJobCommand({ jobId: running, reason }));
    await batch.send(new CancelJobCommand({ jobId: waiting, reason }));
    await expect.poll(() => statusOf(waiting)).toBe('FAILED');
    expect(await statusOf(running)).toBe('RUNNING');
    expect(await describeJob(waiting)).toMatchObject({ isCancelled: true, statusReason: reason });

    await batch.send(new TerminateJobCommand({ jobId: running, reason }));
    await expect.poll(() => statusOf(running)).toBe('FAILED');
    expect(await describeJob(running)).toMatchObject({ isTerminated: true, statusReason: reason });
  });

  it('lists the jobs of a queue by status, or by name whatever their status, page by page', async () => {
    const first = await submit('shard-0');
    const others = [await submit('shard-1'), await submit('train-0')];
    await expect.poll(() => statusOf(first)).toBe('RUNNING');
    const list = (request: object) => batch.send(new ListJobsCommand({ jobQueue: 'queue', ...request }));
    const ids = (page: Awaited<ReturnType<typeof list>>) => page.jobSummaryList!.map(({ jobId }) => jobId);

    expect(ids(await list({}))).toEqual([first]);
    expect(ids(await list({ jobStatus: 'RUNNABLE' }))).toEqual([...others].reverse());
    expect(ids(await list({ filters: [{ name: 'JOB_NAME', values: ['shard-*'] }] }))).toEqual([others[0], first]);
    const page = await list({ jobStatus: 'RUNNABLE', maxResults: 1 });
    expect(ids(page)).toEqual([others[1]]);
    expect(ids(await list({ jobStatus: 'RUNNABLE', maxResults: 1, nextToken: page.nextToken }))).toEqual([others[0]]);
  });

  it('keeps the tags of a job, which say whose it is', async () => {
    const id = await submit('shard-0');
    const { jobArn: resourceArn } = await describeJob(id);
    await batch.send(new TagResourceCommand({ resourceArn, tags: { seen: 'yes' } }));
    const { tags } = await batch.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ team: 'faces', 'omnidistill:run': 'run-1', seen: 'yes' });
  });

  it('makes a new revision of a definition, and takes no jobs for one that was deregistered', async () => {
    const containerProperties = { image: 'any', command: ['node', 'new.mjs'], environment: [] };
    await batch.send(
      new RegisterJobDefinitionCommand({ jobDefinitionName: 'mine', type: 'container', containerProperties }),
    );
    const { jobDefinitions = [] } = await batch.send(new DescribeJobDefinitionsCommand({ jobDefinitionName: 'mine' }));
    expect(jobDefinitions.map(({ revision }) => revision)).toEqual([1, 2]);
    for (const { jobDefinitionArn } of jobDefinitions) {
      await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: jobDefinitionArn }));
    }
    await expect(submit('shard-0')).rejects.toMatchObject({ name: 'ClientException' });
  });

  it('shows queues and compute environments as valid, changes and deletes them', async () => {
    await batch.send(new UpdateJobQueueCommand({ jobQueue: 'queue', state: 'DISABLED' }));
    const { jobQueues } = await batch.send(new DescribeJobQueuesCommand({ jobQueues: ['queue'] }));
    expect(jobQueues).toMatchObject([{ jobQueueName: 'queue', state: 'DISABLED', status: 'VALID' }]);
    const { computeEnvironments } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
    expect(computeEnvironments).toMatchObject([{ computeEnvironmentName: 'spot', status: 'VALID' }]);
    await batch.send(new DeleteJobQueueCommand({ jobQueue: 'queue' }));
    await expect(submit('shard-0')).rejects.toThrow('queue');
  });

  it.each([
    [
      'a field of SubmitJob that it would have to leave out',
      new SubmitJobCommand({ jobName: 'a', jobQueue: 'queue', jobDefinition: 'mine', timeout: {} }),
      /timeout/,
    ],
    [
      'a name that AWS would refuse',
      new SubmitJobCommand({ jobName: 'a b', jobQueue: 'queue', jobDefinition: 'mine' }),
      /jobName/,
    ],
    [
      'a queue that is not there',
      new SubmitJobCommand({ jobName: 'a', jobQueue: 'none', jobDefinition: 'mine' }),
      /none/,
    ],
    ['an operation that it does not know', new ListSchedulingPoliciesCommand({}), /listschedulingpolicies/],
  ])('refuses %s and says why', async (_what, command, words) => {
    await expect(batch.send(command as SubmitJobCommand)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringMatching(words),
    });
  });
});
