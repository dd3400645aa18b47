import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from '../../../local/batch/engine.ts';
import type { Assembly } from '../../../local/cloudformation/assembly.ts';

export const SUBMIT = 'arn:aws:states:::batch:submitJob.sync';

/** One attempt of a mining job that nobody stops. */
export const attemptOf = (more: Partial<Attempt>): Attempt => ({
  name: 'job-1',
  command: ['node', 'worker.mjs', 'mine'],
  environment: { OMNIDISTILL_RUN_ID: 'main' },
  logFile: 'job.log',
  wantsGpu: false,
  graceMs: 0,
  signal: new AbortController().signal,
  onMessage: () => {},
  ...more,
});

/** What the fake worker does, by its OMNIDISTILL_SHARD. */
const WORKER = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const env = process.env;
const folder = fileURLToPath(env.OMNIDISTILL_STORE) + '/runs/' + env.OMNIDISTILL_RUN_ID + '/round-0/shards/0000' + env.OMNIDISTILL_SHARD;
mkdirSync(folder, { recursive: true });
if (existsSync(folder + '/stats.json')) process.exit(0);
appendFileSync(folder + '/attempts', env.AWS_BATCH_JOB_ATTEMPT + '@' + env.AWS_BATCH_JQ_NAME + '\\n');
console.log(JSON.stringify({ event: 'progress', done: 1, total: 2, unit: 'images' }));
if (env.BEHAVIOUR === 'hang') {
  writeFileSync(folder + '/pid', String(process.pid));
  process.on('SIGTERM', () => { if (env.STUBBORN !== 'yes') process.exit(143); });
  setInterval(() => {}, 1000);
} else if (env.OMNIDISTILL_SHARD === '1' && env.AWS_BATCH_JOB_ATTEMPT === '1') {
  process.exit(75);
} else if (env.OMNIDISTILL_SHARD === '2') {
  writeFileSync(folder + '/error.json', JSON.stringify({ name: 'ShardUnreadableError', message: 'cut at byte 9', exitCode: 65 }));
  console.log(JSON.stringify({ event: 'log', level: 'error', message: 'cut at byte 9' }));
  process.exit(65);
} else {
  writeFileSync(folder + '/stats.json', '{}');
}
`;

const PLAN = `
export const handler = async ({ runId, input }) => {
  if (input.bad) {
    const error = new Error('labelled: must start with s3:// or file:///.');
    error.name = 'ConfigError';
    error.exitCode = 64;
    throw error;
  }
  return { runId, round: 0, shards: input.shards ?? [0, 1, 2], store: process.env.OMNIDISTILL_STORE };
};
`;

const definition = (failing: 'recorded' | 'fatal'): unknown => {
  const submit = (queue: string) => ({
    Type: 'Task',
    Resource: SUBMIT,
    Parameters: {
      'JobName.$': "States.Format('mine-{}', $.shard)",
      JobDefinition: 'JOB_DEFINITION',
      JobQueue: queue,
      ContainerOverrides: {
        Environment: [
          { Name: 'OMNIDISTILL_RUN_ID', 'Value.$': '$.runId' },
          { Name: 'OMNIDISTILL_ROUND', Value: '0' },
          { Name: 'OMNIDISTILL_SHARD', 'Value.$': "States.Format('{}', $.shard)" },
        ],
      },
    },
    ResultPath: null,
    End: true,
  });
  const caught = (next: string) => ({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }] });
  return {
    StartAt: 'Plan',
    States: {
      Plan: {
        Type: 'Task',
        Resource: 'PLAN',
        Parameters: { 'runId.$': '$$.Execution.Name', 'input.$': '$' },
        Next: 'MineShards',
      },
      MineShards: {
        Type: 'Map',
        ItemsPath: '$.shards',
        ItemSelector: { 'runId.$': '$.runId', 'shard.$': '$$.Map.Item.Value' },
        MaxConcurrency: 4,
        ToleratedFailureCount: failing === 'fatal' ? 0 : 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'MineShard',
          States: {
            MineShard: { ...submit('SPOT'), ...caught('MineShardOnDemand') },
            MineShardOnDemand: submit('ON_DEMAND'),
          },
        },
        End: true,
      },
    },
  };
};

/** The definition as CDK writes it: text, with the ARNs joined in. */
const joined = (machine: unknown): unknown => {
  const references: Record<string, unknown> = {
    PLAN: { 'Fn::GetAtt': ['PlanFunction', 'Arn'] },
    JOB_DEFINITION: { Ref: 'MineJob' },
    SPOT: { 'Fn::GetAtt': ['SpotQueue', 'JobQueueArn'] },
    ON_DEMAND: { 'Fn::GetAtt': ['OnDemandQueue', 'JobQueueArn'] },
  };
  const parts = JSON.stringify(machine).split(/(?<=")(PLAN|JOB_DEFINITION|SPOT|ON_DEMAND)(?=")/);
  return { 'Fn::Join': ['', parts.map((part) => references[part] ?? part)] };
};

/** A small cloud assembly with one Lambda, one kind of job and two queues, beside a fake worker. */
export const writeAssembly = async (
  folder: string,
  {
    failing = 'recorded',
    environment = {},
  }: { failing?: 'recorded' | 'fatal'; environment?: Record<string, string> } = {},
): Promise<Assembly> => {
  await mkdir(join(folder, 'asset.plan'), { recursive: true });
  await writeFile(join(folder, 'asset.plan', 'index.mjs'), PLAN);
  await writeFile(join(folder, 'worker.mjs'), WORKER);
  const template = {
    Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap/version' } },
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket' },
      SpotQueue: { Type: 'AWS::Batch::JobQueue' },
      OnDemandQueue: { Type: 'AWS::Batch::JobQueue' },
      PlanFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Environment: { Variables: { OMNIDISTILL_STORE: { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }]] } } },
        },
        Metadata: { 'aws:asset:path': 'asset.plan' },
      },
      MineJob: {
        Type: 'AWS::Batch::JobDefinition',
        Properties: {
          ContainerProperties: {
            Image: { 'Fn::Unknown': 'an address that is of no use here' },
            Command: ['node', 'worker.mjs', 'mine'],
            Environment: [
              { Name: 'OMNIDISTILL_STORE', Value: { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }]] } },
              ...Object.entries(environment).map(([Name, Value]) => ({ Name, Value })),
            ],
          },
          RetryStrategy: {
            Attempts: 3,
            EvaluateOnExit: [
              { Action: 'RETRY', OnExitCode: '75' },
              { Action: 'exit', OnReason: '*' },
            ],
          },
          Timeout: { AttemptDurationSeconds: 60 },
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { DefinitionString: joined(definition(failing)) },
      },
    },
  };
  const path = join(folder, 'Omnidistill.template.json');
  await writeFile(path, JSON.stringify(template));
  return { template: path, worker: folder };
};
