/** Names of what a deployed stack tells of itself, by which the command line finds everything else. */
export const OUTPUT = {
  bucket: 'BucketName',
  stateMachineArn: 'StateMachineArn',
  spotQueueArn: 'SpotQueueArn',
  onDemandQueueArn: 'OnDemandQueueArn',
  /** Log group of the workers, a stream for each attempt. */
  workerLogGroup: 'WorkerLogGroup',
  dashboard: 'DashboardName',
  alarmTopicArn: 'AlarmTopicArn',
} as const;

export type OutputName = keyof typeof OUTPUT;
