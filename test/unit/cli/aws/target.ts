import { BatchClient } from '@aws-sdk/client-batch';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach } from 'vitest';
import { openClients } from '../../../../cli/aws/clients.ts';
import type { Deployment } from '../../../../cli/aws/deployment.ts';
import type { Target } from '../../../../cli/aws/executions.ts';

export const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Workflow';
export const arnOf = (name: string): string => `arn:aws:states:eu-west-1:123456789012:execution:Workflow:${name}`;

export const DEPLOYMENT: Deployment = {
  stack: 'Omnidistill',
  bucket: 'faces',
  stateMachineArn: MACHINE,
  spotQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/Spot',
  onDemandQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/OnDemand',
  workerLogGroup: 'workers',
  dashboard: undefined,
};

/**
 * Every client answers what a test of the file says, and nothing reaches a network. Before each there is a stack that nothing ever
 * ran on.
 */
export const mockedClients = () => {
  const stepFunctions = mockClient(SFNClient);
  const batch = mockClient(BatchClient);
  const s3 = mockClient(S3Client);
  const all = [stepFunctions, batch, s3];
  beforeEach(() => {
    for (const client of all) client.reset();
    stepFunctions.on(DescribeExecutionCommand).rejects(named('ExecutionDoesNotExist', 'no'));
    stepFunctions.on(ListExecutionsCommand).resolves({ executions: [] });
    s3.on(GetObjectCommand).rejects(named('NoSuchKey', 'no'));
  });
  afterAll(() => {
    for (const client of all) client.restore();
  });
  return { stepFunctions, batch, s3 };
};

export const openTestTarget = async (): Promise<Target> => ({
  clients: await openClients('eu-west-1'),
  deployment: DEPLOYMENT,
});

/** An error as the SDKs throw it. */
export const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
