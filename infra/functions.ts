import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { VARIABLE } from '../core/contracts/environment.ts';
import {
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionName,
  type FunctionStage,
  KEEPER_NAMES,
  KEEPERS,
  type KeeperName,
} from '../core/contracts/stages.ts';
import { capitalised } from './names.ts';
import type { Storage } from './storage.ts';

export interface FunctionsProps {
  readonly storage: Storage;
  /** Folder with one built function in a folder of its name. */
  readonly codeFolder: string;
  readonly logRetention: logs.RetentionDays;
  /** Of Aggregate, which holds what is mined of all shards at once. */
  readonly aggregateMemoryMiB: number;
}

/** The longest that Lambda gives. */
export const FUNCTION_TIMEOUT = Duration.minutes(15);

type LambdaStage = Pick<FunctionStage, 'memoryMiB'> & { readonly readsStore?: boolean };

export type LambdaName = FunctionName | KeeperName;

/** The short stages of the workflow, which need no GPU and no container, and the functions that look after jobs. */
export class Functions extends Construct {
  public readonly all: Readonly<Record<LambdaName, lambda.Function>>;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: FunctionsProps,
  ) {
    super(scope, id);
    const functions = [...FUNCTION_NAMES, ...KEEPER_NAMES].map((name) => [name, this.function(name)] as const);
    this.all = Object.fromEntries(functions) as Record<LambdaName, lambda.Function>;
  }

  private function(name: LambdaName): lambda.Function {
    const id = capitalised(name);
    const { memoryMiB, readsStore = true }: LambdaStage = { ...FUNCTIONS, ...KEEPERS }[name];
    const { storage, codeFolder, logRetention, aggregateMemoryMiB } = this.props;
    const logGroup = new logs.LogGroup(this, `${id}Log`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: the one CDK makes may write every log group of the account.
    const role = new iam.Role(this, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: readsStore ? [storage.access] : [],
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
      memorySize: typeof memoryMiB === 'number' ? memoryMiB : aggregateMemoryMiB,
      timeout: FUNCTION_TIMEOUT,
      environment: { [VARIABLE.store]: storage.root, NODE_OPTIONS: '--enable-source-maps' },
      // An execution goes on, and is redriven, with the version that it began with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
  }
}
