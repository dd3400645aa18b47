import type { Command } from 'commander';

/** Flags that every command on AWS has. */
export interface AwsFlags {
  readonly stack: string;
  readonly region?: string | undefined;
}

/** Adds them. */
export const awsOptions = (command: Command): Command =>
  command
    .option('--stack <name>', 'name of the deployed stack', 'Omnidistill')
    .option('--region <name>', 'its Region; left out, the one of the environment or the profile');
