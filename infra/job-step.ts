import { Duration, Stack } from 'aws-cdk-lib';
import type * as batch from 'aws-cdk-lib/aws-batch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { BatchSubmitJob, type BatchSubmitJobProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { VARIABLE } from '../core/contracts/environment.ts';
import type { JobKind } from '../core/contracts/stages.ts';
import { RUN_TAG, STACK_TAG } from '../core/contracts/tags.ts';
import type { Compute } from './compute.ts';
import type { Jobs } from './jobs.ts';

/** Faults of the Batch API itself. @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html */
const SUBMIT_FAULTS = [
  'Batch.TooManyRequestsException',
  'Batch.ServerException',
  'Batch.AWSBatchException',
  'Batch.SdkClientException',
];

/**
 * Submits without the rights that CDK would add for it: `batchRights` grants what is needed, and no more. Its time limit is
 * the state's: CDK makes `taskTimeout` the limit of an attempt, in place of the job definition's, and gives the state none.
 */
class SubmitJobTask extends BatchSubmitJob {
  protected override readonly taskPolicies: iam.PolicyStatement[] = [];

  public constructor(
    scope: Construct,
    id: string,
    props: BatchSubmitJobProps,
    private readonly limit: Duration,
  ) {
    super(scope, id, props);
  }

  public override toStateJson(queryLanguage?: sfn.QueryLanguage): object {
    return { ...super.toStateJson(queryLanguage), TimeoutSeconds: this.limit.toSeconds() };
  }
}

export interface JobStepProps {
  readonly jobs: Jobs;
  readonly compute: Compute;
  readonly kind: JobKind;
  /** Name of the job in the Batch console; letters, digits, `-` and `_`. */
  readonly jobName: string;
  /** Environment of the job beside the store and the run. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bound of the job on each queue, from its submission on, whatever it waits for. */
  readonly timeout: Duration;
  /**
   * Where the step goes when the on-demand attempt failed too.
   * @default - the run fails
   */
  readonly onFailure?: sfn.IChainable;
  /** Whether the step gives its input on; without it, the output is `{}`. A step in a Distributed Map must not. */
  readonly passInput: boolean;
}

/**
 * A Batch job on the Spot queue, and once more on the on-demand queue where Spot failed. The state's input needs `runId`.
 * @param name - name of the Spot state; the other is called `<name>OnDemand`
 */
export const jobStep = (scope: Construct, name: string, props: JobStepProps): sfn.Chain => {
  const { compute, onFailure } = props;
  const spot = submit(scope, name, compute.spotQueue, props);
  const onDemand = submit(scope, `${name}OnDemand`, compute.onDemandQueue, props);
  const caught = { errors: [sfn.Errors.ALL], resultPath: sfn.JsonPath.DISCARD };
  spot.addCatch(onDemand, caught);
  if (onFailure !== undefined) onDemand.addCatch(onFailure, caught);
  return sfn.Chain.custom(spot, [spot, onDemand], onDemand);
};

function submit(scope: Construct, name: string, queue: batch.JobQueue, props: JobStepProps): SubmitJobTask {
  const runId = sfn.JsonPath.stringAt('$.runId');
  const submission: BatchSubmitJobProps = {
    jobName: props.jobName,
    jobDefinitionArn: props.jobs.definitions[props.kind].jobDefinitionArn,
    jobQueueArn: queue.jobQueueArn,
    containerOverrides: { environment: { [VARIABLE.runId]: runId, ...props.environment } },
    tags: { [RUN_TAG]: runId, [STACK_TAG]: Stack.of(scope).stackName },
    // The whole description of the job comes back, kilobytes that no later state needs.
    resultPath: sfn.JsonPath.DISCARD,
    ...(props.passInput ? {} : { outputPath: sfn.JsonPath.DISCARD }),
  };
  const task = new SubmitJobTask(scope, name, submission, props.timeout);
  task.addRetry({
    errors: SUBMIT_FAULTS,
    interval: Duration.seconds(2),
    backoffRate: 2,
    // Five minutes on average: 10,000 children at 50 submissions a second need more than three.
    maxAttempts: 10,
    maxDelay: Duration.minutes(2),
    jitterStrategy: sfn.JitterType.FULL,
  });
  return task;
}
