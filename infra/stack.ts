import { join } from 'node:path';
import { CfnOutput, Duration, Fn, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT, type OutputName } from '../core/contracts/outputs.ts';
import { STACK_TAG } from '../core/contracts/tags.ts';
import { acknowledgeFindings } from './acknowledgements.ts';
import { Compute } from './compute.ts';
import { Functions } from './functions.ts';
import { workerImage } from './image.ts';
import { Jobs } from './jobs.ts';
import { LogBucket } from './log-bucket.ts';
import { Network } from './network.ts';
import { Observability } from './observability.ts';
import { Patience } from './patience.ts';
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
  private readonly zones: number;

  public constructor(scope: Construct, id: string, { settings, projectRoot, ...stackProps }: OmnidistillStackProps) {
    const { stackName, account, region } = settings;
    super(scope, id, {
      stackName,
      description: 'omnidistill: from a few labelled images and a large pool to a mined and a distilled set.',
      ...(account === undefined || region === undefined ? {} : { env: { account, region } }),
      ...stackProps,
    });
    this.zones = settings.availabilityZones;
    Tags.of(this).add(STACK_TAG, stackName);

    const retain = settings.retainBucket;
    const logRetention = settings.logDays;
    const logs = new LogBucket(this, 'Logs', { retain });
    const storage = new Storage(this, 'Storage', { ...settings, logs, retain });
    const network = new Network(this, 'Network', { ...settings, logs, storage });
    const compute = new Compute(this, 'Compute', {
      ...settings,
      network,
      spotPatience: Duration.minutes(settings.spotPatienceMinutes),
      onDemandPatience: Duration.minutes(settings.onDemandPatienceMinutes),
    });
    const jobs = new Jobs(this, 'Jobs', {
      ...settings,
      storage,
      image: workerImage(this, projectRoot, settings),
      logRetention,
    });
    // For a machine whose agent lets the log driver take its own role.
    jobs.log.grantWrite(compute.instanceRole);
    const codeFolder = join(projectRoot, 'dist', 'functions');
    const functions = new Functions(this, 'Functions', { ...settings, storage, codeFolder, logRetention });
    new Patience(this, 'Patience', {
      compute,
      unblock: functions.all.unblock,
      spotMinutes: settings.spotPatienceMinutes,
      onDemandMinutes: settings.onDemandPatienceMinutes,
    });
    const workflow = new Workflow(this, 'Workflow', {
      functions,
      jobs,
      compute,
      miningConcurrency: settings.miningConcurrency,
      timeout: Duration.hours(settings.runTimeoutHours),
      logRetention,
    });
    const observability = new Observability(this, 'Observability', { workflow, compute, jobs, functions, settings });
    acknowledgeFindings({ storage, network, compute, jobs, functions, workflow, observability, settings });

    this.outputs({
      bucket: storage.bucket.bucketName,
      stateMachineArn: workflow.stateMachine.stateMachineArn,
      spotQueueArn: compute.spotQueue.jobQueueArn,
      onDemandQueueArn: compute.onDemandQueue.jobQueueArn,
      workerLogGroup: jobs.log.logGroupName,
      dashboard: observability.dashboardName,
      alarmTopicArn: observability.alarms.topic.topicArn,
    });
  }

  /** The Region's first zones, by number: names would have to be looked up, and synthesis asks AWS nothing. */
  public override get availabilityZones(): string[] {
    return Array.from({ length: this.zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  /** What `omnidistill` reads with DescribeStacks. */
  private outputs(values: Readonly<Record<OutputName, string | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) new CfnOutput(this, OUTPUT[name as OutputName], { value });
    }
  }
}
