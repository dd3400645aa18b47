import { type Duration, Stack } from 'aws-cdk-lib';
import type * as batch from 'aws-cdk-lib/aws-batch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { BatchSubmitJob, type BatchSubmitJobProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { VARIABLE } from '../core/contracts/environment.ts';
import type { JobKind } from '../core/contracts/stages.ts';
import { RUN_TAG, STACK_TAG } from '../core/contracts/tags.ts';
import { HOPELESS } from '../core/errors.ts';
import type { Compute } from './compute.ts';
import type { Jobs } from './jobs.ts';
import { SUBMIT_RETRY } from './retries.ts';

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
  /** Whether the step gives its input on; without it, the output is `{}`. A step in a Distributed Map must not. */
  readonly passInput: boolean;
  /** Makes the Task that ends the step in the words of a job that no machine helps, from what it is told. */
  readonly refuse: (id: string, payload: object) => sfn.TaskStateBase;
}

/** Where a state keeps what a job on Spot failed with. */
const FAILURE = '$.failure';

/**
 * A Batch job on the Spot queue, and once more on the on-demand queue where Spot failed for a reason that another machine
 * may change; a job that ended with one of the `HOPELESS` exit codes is refused at once. Whatever fails here is submitted
 * again by a redrive. The state's input needs `runId`.
 * @param name - name of the Spot state; the others are called `<name>Failed`, `<name>Refused` and `<name>OnDemand`
 */
export const jobStep = (scope: Construct, name: string, props: JobStepProps): sfn.Chain => {
  const { compute, kind } = props;
  const spot = submit(scope, name, compute.spotQueue, props);
  const onDemand = submit(scope, `${name}OnDemand`, compute.onDemandQueue, props);
  const refused = props.refuse(`${name}Refused`, {
    kind,
    environment: environmentOf(props),
    cause: sfn.JsonPath.stringAt(`${FAILURE}.Cause`),
    execution: sfn.JsonPath.objectAt('$$.Execution'),
  });
  const failed = new sfn.Choice(scope, `${name}Failed`).when(isHopeless(), refused).otherwise(onDemand);
  spot.addCatch(failed, { errors: [sfn.Errors.ALL], resultPath: FAILURE });
  // Only after a redrive: then somebody has repaired what was wrong.
  refused.next(spot);
  return sfn.Chain.custom(spot, [spot, onDemand], onDemand);
};

/**
 * Whether a job ended with one of the exit codes. The cause of a failed `batch:submitJob.sync` is the job as text, in which
 * `"ExitCode":65` stands for its last attempt alone, as Batch starts no other after it. In a text within that text, quotes
 * have a backslash before them. An emulator writes a space after the colon.
 */
function isHopeless(): sfn.Condition {
  const cause = `${FAILURE}.Cause`;
  const spellings = HOPELESS.flatMap((code) => [`*"ExitCode":${code}*`, `*"ExitCode": ${code}*`]);
  return sfn.Condition.and(
    sfn.Condition.isPresent(cause),
    sfn.Condition.or(...spellings.map((text) => sfn.Condition.stringMatches(cause, text))),
  );
}

function submit(scope: Construct, name: string, queue: batch.JobQueue, props: JobStepProps): SubmitJobTask {
  const submission: BatchSubmitJobProps = {
    jobName: props.jobName,
    jobDefinitionArn: props.jobs.definitions[props.kind].jobDefinitionArn,
    jobQueueArn: queue.jobQueueArn,
    containerOverrides: { environment: environmentOf(props) },
    tags: { [RUN_TAG]: sfn.JsonPath.stringAt('$.runId'), [STACK_TAG]: Stack.of(scope).stackName },
    // The whole description of the job comes back, kilobytes that no later state needs; nor does any need what Spot said.
    ...(props.passInput
      ? { resultSelector: { done: true }, resultPath: FAILURE }
      : { resultPath: sfn.JsonPath.DISCARD, outputPath: sfn.JsonPath.DISCARD }),
  };
  const task = new SubmitJobTask(scope, name, submission, props.timeout);
  task.addRetry(SUBMIT_RETRY);
  return task;
}

function environmentOf({ environment }: JobStepProps): Record<string, string> {
  return { [VARIABLE.runId]: sfn.JsonPath.stringAt('$.runId'), ...environment };
}
