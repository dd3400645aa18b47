import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Storage } from './storage.ts';

export interface FunctionsProps {
  readonly storage: Storage;
  /** Folder with one built function in each of `plan`, `aggregate` and `publish`. */
  readonly codeFolder: string;
  readonly logRetention: logs.RetentionDays;
  /** Of Aggregate, which holds what is mined of all shards at once. */
  readonly aggregateMemoryMiB: number;
}

/** Memory in MiB: Plan lists, Publish hashes and packs. CPU grows with it; a new account may have no more than 3008. */
const MEMORY = { plan: 1024, publish: 3008 } as const;
/** The longest that Lambda gives. */
export const FUNCTION_TIMEOUT = Duration.minutes(15);
type FunctionName = keyof typeof MEMORY | 'aggregate';

/** The three short steps of the workflow that need no GPU and no container. */
export class Functions extends Construct {
  public readonly plan: lambda.Function;
  public readonly aggregate: lambda.Function;
  public readonly publish: lambda.Function;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: FunctionsProps,
  ) {
    super(scope, id);
    this.plan = this.function('Plan', 'plan');
    this.aggregate = this.function('Aggregate', 'aggregate');
    this.publish = this.function('Publish', 'publish');
  }

  private function(id: string, name: FunctionName): lambda.Function {
    const { storage, codeFolder, logRetention, aggregateMemoryMiB } = this.props;
    const logGroup = new logs.LogGroup(this, `${id}Log`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: the one CDK makes may write every log group of the account.
    const role = new iam.Role(this, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [storage.access],
    });
    logGroup.grantWrite(role);
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(codeFolder, name)),
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      memorySize: name === 'aggregate' ? aggregateMemoryMiB : MEMORY[name],
      timeout: FUNCTION_TIMEOUT,
      environment: { OMNIDISTILL_STORE: storage.root, NODE_OPTIONS: '--enable-source-maps' },
    });
  }
}
