import { DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { awsError } from '../../core/aws-errors.ts';
import { OUTPUT } from '../../core/contracts/outputs.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Clients } from './clients.ts';

const Outputs = z.object({
  [OUTPUT.bucket]: z.string(),
  [OUTPUT.stateMachineArn]: z.string(),
  [OUTPUT.spotQueueArn]: z.string(),
  [OUTPUT.onDemandQueueArn]: z.string(),
  [OUTPUT.workerLogGroup]: z.string(),
  [OUTPUT.dashboard]: z.string().optional(),
});

/** A deployed stack, by its outputs. */
export interface Deployment {
  readonly stack: string;
  readonly bucket: string;
  readonly stateMachineArn: string;
  readonly spotQueueArn: string;
  readonly onDemandQueueArn: string;
  /** Log group of the workers, a stream for each attempt. */
  readonly workerLogGroup: string;
  readonly dashboard: string | undefined;
}

/**
 * Finds what a command works on.
 * @throws ConfigError where the stack is not there, is not deployed whole, or is another one
 */
export const findDeployment = async (clients: Clients, name: string): Promise<Deployment> => {
  const { Outputs: given = [], StackStatus } = await describe(clients, name);
  const outputs = Outputs.safeParse(
    Object.fromEntries(given.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue])),
  );
  if (!outputs.success) {
    const missing = outputs.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new ConfigError(
      `The stack "${name}" (${StackStatus}) lacks the outputs ${missing}: it is not one of omnidistill, or its ` +
        'deployment did not end. Deploy it again with `npx cdk deploy`.',
      { cause: outputs.error },
    );
  }
  const { data } = outputs;
  return {
    stack: name,
    bucket: data[OUTPUT.bucket],
    stateMachineArn: data[OUTPUT.stateMachineArn],
    spotQueueArn: data[OUTPUT.spotQueueArn],
    onDemandQueueArn: data[OUTPUT.onDemandQueueArn],
    workerLogGroup: data[OUTPUT.workerLogGroup],
    dashboard: data[OUTPUT.dashboard],
  };
};

async function describe({ cloudFormation, region }: Clients, name: string): Promise<Stack> {
  try {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    if (Stacks?.[0] !== undefined) return Stacks[0];
  } catch (error) {
    if (!(error instanceof Error && /does not exist/.test(error.message))) {
      throw awsError(error, `look for the stack ${name}`);
    }
  }
  throw new ConfigError(
    `There is no stack "${name}" in ${region} for these credentials. Deploy it with \`npx cdk deploy\`, or say where it ` +
      'is with --stack, --region and AWS_PROFILE.',
  );
}
