import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { PARAMETERS, type ParameterName } from '../core/contracts/job-parameters.ts';
import { FUNCTION_NAMES, type FunctionName, isJob, JOBS, type JobKind, namedIn } from '../core/contracts/stages.ts';
import { isMapStep, type MapStep, type Step, WORKFLOW } from '../core/contracts/workflow.ts';
import { batchRights } from './batch-rights.ts';
import type { Compute } from './compute.ts';
import { lookAtExecutions } from './execution-rights.ts';
import { FUNCTION_TIMEOUT, type Functions, type LambdaName } from './functions.ts';
import { jobStep } from './job-step.ts';
import type { Jobs } from './jobs.ts';
import { CALL_RETRIES } from './retries.ts';

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

/** For the way to a function and back, and a cold start, which do not count in its own time. */
const ANSWER_MARGIN = Duration.minutes(1);

/** What every job in a map is told, whatever its item. */
const RUN_AND_ROUND = { runId: JsonPath.stringAt('$.runId'), round: JsonPath.stringAt('$.round') };

/** What each function is called with, and where its answer goes: by default it is the state's whole output. */
const CALLS: Readonly<Record<FunctionName, { readonly payload: object; readonly resultPath?: string }>> = {
  plan: {
    payload: {
      runId: JsonPath.stringAt('$$.Execution.Name'),
      execution: JsonPath.stringAt('$$.Execution.Id'),
      input: JsonPath.entirePayload,
    },
  },
  aggregate: { payload: RUN_AND_ROUND, resultPath: '$.aggregate' },
  decide: {
    payload: { ...RUN_AND_ROUND, evenIfHarmful: JsonPath.stringAt('$.evenIfHarmful') },
    resultPath: JsonPath.DISCARD,
  },
  publish: { payload: RUN_AND_ROUND },
};

/** Calls without the right that CDK would add: on this very version, which executions of before a deployment do not call. */
class InvokeVersionTask extends LambdaInvoke {
  protected override readonly taskPolicies: iam.PolicyStatement[] = [];
}

/** Functions that states call. */
const CALLED: readonly LambdaName[] = [...FUNCTION_NAMES, 'refuse'];

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
      // Else each state machine of the account takes room in a resource policy of 5,120 characters.
      // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition()),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: { destination: this.log, level: sfn.LogLevel.ALL, includeExecutionData: true },
    });
    lookAtExecutions(this, this.stateMachine, props.functions.all.plan);
    // On any version: an execution that began before a deployment goes on with the one it knows.
    for (const name of CALLED) props.functions.all[name].grantInvoke(this.stateMachine);
    for (const statement of batchRights(this, props.jobs, props.compute)) this.stateMachine.addToRolePolicy(statement);
  }

  private definition(): sfn.IChainable {
    const before = WORKFLOW.before.map((step) => this.step(step));
    const rounds = WORKFLOW.rounds.map((step) => this.step(step));
    const after = WORKFLOW.after.map((step) => this.step(step));
    const nextRound = new sfn.Pass(this, 'NextRound', { inputPath: '$.aggregate.nextRound', resultPath: '$.round' });
    const anotherRound = new sfn.Choice(this, 'AnotherRound')
      .when(sfn.Condition.booleanEquals('$.aggregate.again', true), nextRound.next(rounds[0]!))
      .otherwise(chained(after));
    return chained([...before, ...rounds, anotherRound]);
  }

  private step(step: Step): sfn.IChainable & sfn.INextable {
    if (!isJob(step.stage)) return this.invoke(step.state, step.stage);
    if (isMapStep(step)) return this.map(step);
    return this.job(step.state, step.stage, true);
  }

  /** A job for each of the items that Plan listed; what a job is told comes from its item, but for the round. */
  private map({ state, stage, each, items, bare, distributed, tolerated }: MapStep): sfn.Map | sfn.DistributedMap {
    const fromItem = JOBS[stage].parameters.filter((name) => name !== 'round');
    const itemValue = (name: string): string =>
      JsonPath.stringAt(name === bare ? '$$.Map.Item.Value' : `$$.Map.Item.Value.${name}`);
    const props = {
      itemsPath: `$.items.${items}`,
      itemSelector: {
        ...RUN_AND_ROUND,
        ...Object.fromEntries(fromItem.map((name) => [name, itemValue(name)])),
        ...(namedIn(JOBS[stage].jobName).includes('index') ? { index: JsonPath.stringAt('$$.Map.Item.Index') } : {}),
      },
      resultPath: JsonPath.DISCARD,
    };
    const map = distributed
      ? new sfn.DistributedMap(this, state, {
          ...props,
          // Express children end after five minutes and know no `.sync`.
          mapExecutionType: sfn.StateMachineType.STANDARD,
          maxConcurrency: this.props.miningConcurrency,
          label: state,
          ...(tolerated === undefined ? {} : { toleratedFailureCountPath: `$.${tolerated}` }),
        })
      : new sfn.Map(this, state, props);
    return map.itemProcessor(this.job(each, stage, false));
  }

  /**
   * A job may take as long as the run: its time counts from the submission, and how long it waits in a queue, behind a
   * thousand shards of this run and others, nothing here can know. What hangs is ended by its attempt's own time limit.
   */
  private job(name: string, kind: JobKind, passInput: boolean): sfn.Chain {
    const { jobs, compute, timeout } = this.props;
    const { parameters, jobName } = JOBS[kind];
    return jobStep(this, name, {
      jobs,
      compute,
      timeout,
      kind,
      jobName: nameOfJob(jobName),
      environment: Object.fromEntries(parameters.map((each) => [PARAMETERS[each].variable, asText(each)])),
      passInput,
      refuse: (id, payload) => this.call(id, 'refuse', payload, JsonPath.DISCARD),
    });
  }

  private invoke(name: string, stage: FunctionName): LambdaInvoke {
    const { payload, resultPath } = CALLS[stage];
    return this.call(name, stage, payload, resultPath);
  }

  private call(name: string, callee: LambdaName, payload: object, resultPath?: string): LambdaInvoke {
    const task = new InvokeVersionTask(this, name, {
      // The cast: CDK declares optional members of its classes with `undefined` and those of its interfaces without.
      lambdaFunction: this.props.functions.all[callee].currentVersion as lambda.IFunction,
      payload: sfn.TaskInput.fromObject(payload),
      // What comes back is the function's result alone: nothing to unwrap, here or on another engine.
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      taskTimeout: sfn.Timeout.duration(FUNCTION_TIMEOUT.plus(ANSWER_MARGIN)),
      ...(resultPath === undefined ? {} : { resultPath }),
    });
    for (const retry of CALL_RETRIES) task.addRetry(retry);
    return task;
  }
}

/** States one after the other. */
function chained(states: readonly (sfn.IChainable & Partial<sfn.INextable>)[]): sfn.IChainable {
  let chain = sfn.Chain.start(states[0]!);
  for (const state of states.slice(1)) chain = chain.next(state);
  return chain;
}

/** A value of the state, as text: environment values are. */
function asText(name: ParameterName): string {
  const value = JsonPath.stringAt(`$.${name}`);
  return PARAMETERS[name].isNumber ? JsonPath.format('{}', value) : value;
}

/** Starts with the run, by which the jobs of a run can be listed; the command line reads the rest. */
function nameOfJob(jobName: string): string {
  const values = namedIn(jobName).map((name) => JsonPath.stringAt(`$.${name}`));
  return JsonPath.format(`{}-${jobName.replace(/\{\w+\}/g, '{}')}`, JsonPath.stringAt('$.runId'), ...values);
}
