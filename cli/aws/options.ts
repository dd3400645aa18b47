import type { Command } from 'commander';
import { openClients } from './clients.ts';
import { findDeployment } from './deployment.ts';
import type { Target } from './executions.ts';

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

/**
 * Where the flags say to work.
 * @throws ConfigError where no Region is known or no such stack is there
 */
export const openTarget = async ({ stack, region }: AwsFlags): Promise<Target> => {
  const clients = await openClients(region);
  return { clients, deployment: await findDeployment(clients, stack) };
};
