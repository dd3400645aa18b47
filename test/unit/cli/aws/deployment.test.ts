import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openClients } from '../../../../cli/aws/clients.ts';
import { findDeployment } from '../../../../cli/aws/deployment.ts';
import { ConfigError } from '../../../../core/errors.ts';

const cloudFormation = mockClient(CloudFormationClient);
afterAll(() => cloudFormation.restore());
beforeEach(() => cloudFormation.reset());

const OUTPUTS = {
  BucketName: 'faces',
  StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Workflow',
  SpotQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/Spot',
  OnDemandQueueArn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/OnDemand',
  WorkerLogGroup: 'workers',
};
const stackWith = (outputs: Record<string, string>) => ({
  Stacks: [
    {
      StackName: 'Omnidistill',
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE' as const,
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});
const named = (name: string, message: string, fields = {}) => Object.assign(new Error(message), { name, ...fields });

describe('findDeployment', () => {
  it('finds what a command works on by the name of the stack alone', async () => {
    cloudFormation.on(DescribeStacksCommand, { StackName: 'Omnidistill' }).resolves(stackWith(OUTPUTS));
    expect(await findDeployment(await openClients('eu-west-1'), 'Omnidistill')).toEqual({
      stack: 'Omnidistill',
      bucket: 'faces',
      stateMachineArn: OUTPUTS.StateMachineArn,
      spotQueueArn: OUTPUTS.SpotQueueArn,
      onDemandQueueArn: OUTPUTS.OnDemandQueueArn,
      workerLogGroup: 'workers',
      dashboard: undefined,
    });
  });

  it('says where it looked when there is no such stack', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(named('ValidationError', 'Stack with id X does not exist'));
    await expect(findDeployment(await openClients('eu-west-1'), 'X')).rejects.toThrow(/no stack "X" in eu-west-1/);
  });

  it('names the outputs that a stack of another kind lacks', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves(stackWith({ BucketName: 'faces' }));
    const found = findDeployment(await openClients('eu-west-1'), 'Omnidistill');
    await expect(found).rejects.toThrow(/lacks the outputs StateMachineArn, SpotQueueArn/);
    await expect(found).rejects.toBeInstanceOf(ConfigError);
  });
});
