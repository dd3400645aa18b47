import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledgements.ts';
import { Compute } from './compute.ts';
import { Functions } from './functions.ts';
import { workerImage } from './image.ts';
import { Jobs } from './jobs.ts';
import { Network } from './network.ts';
import type { Settings } from './settings.ts';
import { Storage } from './storage.ts';
import { Workflow } from './workflow.ts';

export interface OmnidistillStackProps extends StackProps {
  readonly settings: Settings;
  /** Folder of cdk.json, with everything built below `dist/`. */
  readonly projectRoot: string;
}

/** Everything a run needs in one account and Region. */
export class OmnidistillStack extends Stack {
  public constructor(scope: Construct, id: string, props: OmnidistillStackProps) {
    const { settings, projectRoot, ...stackProps } = props;
    super(scope, id, stackProps);
    const storage = new Storage(this, 'Storage', {
      retain: settings.retainBucket,
      inputBuckets: settings.inputBuckets,
    });
    const network = new Network(this, 'Network');
    const compute = new Compute(this, 'Compute', {
      network,
      instanceTypes: settings.instanceTypes,
      maxvCpus: settings.maxvCpus,
    });
    const jobs = new Jobs(this, 'Jobs', {
      storage,
      image: workerImage(projectRoot, settings),
      vcpus: settings.vcpus,
      memoryMiB: settings.memoryMiB,
      attempts: settings.attempts,
    });
    const functions = new Functions(this, 'Functions', { storage, codeFolder: join(projectRoot, 'dist', 'functions') });
    const workflow = new Workflow(this, 'Workflow', {
      functions,
      jobs,
      compute,
      miningConcurrency: settings.miningConcurrency,
      timeout: Duration.hours(settings.runTimeoutHours),
    });
    const { inputBuckets } = settings;
    acknowledgeFindings({ storage, network, compute, jobs, functions, workflow, inputBuckets });
    new CfnOutput(this, 'BucketName', { value: storage.bucket.bucketName });
    new CfnOutput(this, 'StateMachineArn', { value: workflow.stateMachine.stateMachineArn });
  }
}
