import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/** Faults of the Batch API itself. @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html */
export const SUBMIT_RETRY: sfn.RetryProps = {
  errors: [
    'Batch.TooManyRequestsException',
    'Batch.ServerException',
    'Batch.AWSBatchException',
    'Batch.SdkClientException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  // Five minutes on average: 10,000 children at 50 submissions a second need more than three.
  maxAttempts: 10,
  maxDelay: Duration.minutes(2),
  jitterStrategy: sfn.JitterType.FULL,
};

/** What a function is called again for. CDK's own retries wait the same time for everybody. */
export const CALL_RETRIES: readonly sfn.RetryProps[] = [
  {
    /**
     * Faults of the service, and `TransientError`, the store's own (core/errors.ts).
     * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
     */
    errors: [
      'TransientError',
      'Lambda.TooManyRequestsException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.ClientExecutionTimeoutException',
    ],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.minutes(1),
    jitterStrategy: sfn.JitterType.FULL,
  },
  {
    /**
     * A function that ran out of time or, as `Runtime.ExitError`, of memory, which slow reads can cause; what it wrote is
     * whole or not there.
     * @see https://github.com/awslabs/amazon-s3-find-and-forget/issues/283
     */
    errors: ['Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.Unknown'],
    interval: Duration.seconds(5),
    maxAttempts: 1,
  },
];
