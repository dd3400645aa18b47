import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { batchRights } from './batch-rights.ts';
import type { Compute } from './compute.ts';
import type { Functions } from './functions.ts';
import { type JobStepProps, jobStep } from './job-step.ts';
import type { Jobs } from './jobs.ts';

export interface WorkflowProps {
  readonly functions: Functions;
  readonly jobs: Jobs;
  readonly compute: Compute;
  /** Shards that are mined at once. */
  readonly miningConcurrency: number;
  /** Bound of a whole run, waiting for machines included. */
  readonly timeout: Duration;
  readonly logRetention: logs.RetentionDays;
}

const { JsonPath } = sfn;

/** Environment values are text; numbers of the state are not. */
const text = (path: string): string => JsonPath.format('{}', JsonPath.stringAt(path));
const item = (field?: string): string =>
  JsonPath.stringAt(field === undefined ? '$$.Map.Item.Value' : `$$.Map.Item.Value.${field}`);

/** Starts with the run, by which the jobs of a run can be listed; the command line reads the rest. */
const nameOfJob = (template: string, ...values: string[]): string =>
  JsonPath.format(`{}-${template}`, JsonPath.stringAt('$.runId'), ...values);

/**
 * Faults of the service, and `TransientError`, the store's own (core/errors.ts).
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const LAMBDA_FAULTS = [
  'TransientError',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];
/** A function that ran out of time or memory, as slow reads can cause; what it wrote is whole or not there. */
const LAMBDA_ENDS = ['Sandbox.Timedout', 'Lambda.Unknown'];

/** What every job in a map is told, whatever its item. */
const RUN_AND_ROUND = { runId: JsonPath.stringAt('$.runId'), round: JsonPath.stringAt('$.round') };
const ROUND = { OMNIDISTILL_ROUND: text('$.round') };

/**
 * The state machine: the one definition of the workflow, which the local runner executes too. So it is JSONPath, and
 * the Distributed Map takes an inline array: no ItemReader, ItemBatcher or ResultWriter.
 */
export class Workflow extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  /** The history of every execution, those of shards too. */
  public readonly log: logs.LogGroup;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowProps,
  ) {
    super(scope, id);
    this.log = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition()),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: { destination: this.log, level: sfn.LogLevel.ALL, includeExecutionData: true },
    });
    for (const statement of batchRights(this, props.jobs, props.compute)) this.stateMachine.addToRolePolicy(statement);
  }

  private definition(): sfn.IChainable {
    const { plan, aggregate, publish } = this.props.functions;
    const runAndRound = sfn.TaskInput.fromObject(RUN_AND_ROUND);
    const mineShards = this.mineShards();
    const nextRound = new sfn.Pass(this, 'NextRound', { inputPath: '$.aggregate.nextRound', resultPath: '$.round' });
    const afterRounds = sfn.Chain.start(this.distill())
      .next(this.evaluate())
      .next(this.invoke('Publish', publish, runAndRound));
    return this.invoke(
      'Plan',
      plan,
      sfn.TaskInput.fromObject({
        runId: JsonPath.stringAt('$$.Execution.Name'),
        input: JsonPath.entirePayload,
      }),
    )
      .next(this.job('Prepare', { kind: 'prepare', jobName: nameOfJob('prepare'), environment: {}, passInput: true }))
      .next(this.trainMap('TrainPrimitives', 'TrainPrimitive', '$.primitives'))
      .next(mineShards)
      .next(this.invoke('Aggregate', aggregate, runAndRound, '$.aggregate'))
      .next(this.trainMap('TrainStudents', 'TrainStudent', '$.students'))
      .next(
        new sfn.Choice(this, 'AnotherRound')
          .when(sfn.Condition.booleanEquals('$.aggregate.again', true), nextRound.next(mineShards))
          .otherwise(afterRounds),
      );
  }

  private trainMap(name: string, jobName: string, itemsPath: string): sfn.Map {
    return new sfn.Map(this, name, {
      itemsPath,
      itemSelector: { ...RUN_AND_ROUND, role: item('role'), seed: item('seed') },
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      this.job(jobName, {
        kind: 'train',
        jobName: nameOfJob('train-{}-{}', JsonPath.stringAt('$.role'), JsonPath.stringAt('$.seed')),
        environment: {
          ...ROUND,
          OMNIDISTILL_ROLE: JsonPath.stringAt('$.role'),
          OMNIDISTILL_SEED: text('$.seed'),
        },
        passInput: false,
      }),
    );
  }

  private mineShards(): sfn.DistributedMap {
    return new sfn.DistributedMap(this, 'MineShards', {
      itemsPath: '$.shards',
      itemSelector: { ...RUN_AND_ROUND, shard: item() },
      // Express children end after five minutes and know no `.sync`.
      mapExecutionType: sfn.StateMachineType.STANDARD,
      maxConcurrency: this.props.miningConcurrency,
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      this.job('MineShard', {
        kind: 'mine',
        jobName: nameOfJob('mine-{}-{}', JsonPath.stringAt('$.round'), JsonPath.stringAt('$.shard')),
        environment: { ...ROUND, OMNIDISTILL_SHARD: text('$.shard') },
        passInput: false,
        // Aggregate counts the shards without stats.json and decides whether the run goes on.
        onFailure: new sfn.Pass(this, 'ShardFailed', { outputPath: JsonPath.DISCARD }),
      }),
    );
  }

  private distill(): sfn.Map {
    return new sfn.Map(this, 'Distill', {
      itemsPath: '$.distilled',
      itemSelector: { ...RUN_AND_ROUND, method: item('method'), ipc: item('ipc') },
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      this.job('DistillSet', {
        kind: 'distill',
        jobName: nameOfJob('distill-{}-ipc{}', JsonPath.stringAt('$.method'), JsonPath.stringAt('$.ipc')),
        environment: {
          ...ROUND,
          OMNIDISTILL_METHOD: JsonPath.stringAt('$.method'),
          OMNIDISTILL_IPC: text('$.ipc'),
        },
        passInput: false,
      }),
    );
  }

  private evaluate(): sfn.Map {
    return new sfn.Map(this, 'Evaluate', {
      itemsPath: '$.evaluations',
      itemSelector: {
        ...RUN_AND_ROUND,
        arm: item('arm'),
        index: JsonPath.stringAt('$$.Map.Item.Index'),
      },
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      this.job('EvaluateSet', {
        kind: 'evaluate',
        // Names of arms hold a slash, which a job's name must not.
        jobName: nameOfJob('evaluate-{}', JsonPath.stringAt('$.index')),
        environment: { ...ROUND, OMNIDISTILL_ARM: JsonPath.stringAt('$.arm') },
        passInput: false,
      }),
    );
  }

  private job(name: string, props: Omit<JobStepProps, 'jobs' | 'compute'>): sfn.Chain {
    return jobStep(this, name, { ...props, jobs: this.props.jobs, compute: this.props.compute });
  }

  private invoke(
    name: string,
    lambdaFunction: lambda.Function,
    payload: sfn.TaskInput,
    resultPath?: string,
  ): LambdaInvoke {
    const task = LambdaInvoke.jsonPath(this, name, {
      lambdaFunction,
      payload,
      // What comes back is the function's result alone: nothing to unwrap, here or on another engine.
      payloadResponseOnly: true,
      // CDK's own retries wait the same time for everybody.
      retryOnServiceExceptions: false,
      ...(resultPath === undefined ? {} : { resultPath }),
    });
    task.addRetry({
      errors: LAMBDA_FAULTS,
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
      maxDelay: Duration.minutes(1),
      jitterStrategy: sfn.JitterType.FULL,
    });
    task.addRetry({ errors: LAMBDA_ENDS, interval: Duration.seconds(5), maxAttempts: 1 });
    return task;
  }
}
