import { DescribeExecutionCommand, type ExecutionStatus } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { awsError } from '../../core/aws-errors.ts';
import type { Clients } from './clients.ts';
import type { Deployment } from './deployment.ts';

/** One execution of the state machine. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** The run that it works on: its own name, or the one that its input continues. */
  readonly runId: string;
  readonly status: ExecutionStatus;
  readonly started: Date;
  /** When it was started or redriven last. */
  readonly active: Date;
  readonly ended: Date | undefined;
  /** As it was given, JSON text. */
  readonly input: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** Where commands work: the clients and the stack. */
export interface Target {
  readonly clients: Clients;
  readonly deployment: Deployment;
}

/** Name of the nth execution of a run; the first has the run's own. Names have at most 80 characters. */
export const executionName = (runId: string, nth: number): string => {
  const ending = `--${nth}`;
  return nth === 1 ? runId : `${runId.slice(0, 80 - ending.length)}${ending}`;
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-resource-names.html */
export const executionArn = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The name at the end of an execution's ARN. */
export const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** The page of an execution in the AWS console. */
export const consoleUrl = (region: string, arn: string): string =>
  `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;

/** The execution of that name, or `undefined` where there is none (any more: they are kept for 90 days). */
export const findExecution = async ({ clients, deployment }: Target, name: string): Promise<Execution | undefined> => {
  const arn = executionArn(deployment.stateMachineArn, name);
  try {
    const found = await clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn: arn }));
    return {
      arn,
      name,
      runId: runIdIn(found.input) ?? name,
      status: found.status ?? 'RUNNING',
      started: found.startDate ?? new Date(0),
      active: found.redriveDate ?? found.startDate ?? new Date(0),
      ended: found.stopDate,
      input: found.input ?? '{}',
      error: found.error,
      cause: found.cause,
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
    throw awsError(error, `look for the run ${name}`);
  }
};

/** What an execution is called that goes on, or is about to. */
export const ACTIVE = ['RUNNING', 'PENDING_REDRIVE'] as const satisfies readonly ExecutionStatus[];

/** Whether it goes on, or is about to. */
export const isActive = ({ status }: Pick<Execution, 'status'>): boolean => ACTIVE.some((active) => active === status);

const Continued = z.looseObject({ runId: z.string().optional() });

function runIdIn(input = '{}'): string | undefined {
  try {
    return Continued.parse(JSON.parse(input)).runId;
  } catch {
    // Somebody typed it into the console; Plan says what is wrong with it.
    return undefined;
  }
}
