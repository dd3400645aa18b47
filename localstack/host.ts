import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { LocalStackError } from './errors.ts';
import { findPython, install, installedPython, NO_PYTHON } from './python.ts';

/** The last image that starts without an account's token. */
const IMAGE = 'localstack/localstack:4.14.0';

const PLUGIN = join(import.meta.dirname, 'plugin');

/** How LocalStack is run: a program with its arguments and environment. */
export interface Host {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostOptions {
  readonly port: number;
  /** Where the Batch server is. */
  readonly batchUrl: string;
  readonly stateFolder: string;
}

/** LocalStack as a process of Python 3.13. */
export const processHost = (python: string, options: HostOptions): Host => ({
  program: python,
  args: ['-m', 'localstack.runtime.main'],
  environment: {
    ...settings(options, '127.0.0.1'),
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? options.stateFolder,
    PYTHONPATH: PLUGIN,
    PYTHONDONTWRITEBYTECODE: '1',
    FILESYSTEM_ROOT: options.stateFolder,
    OMNIDISTILL_STARTER: String(process.pid),
    OMNIDISTILL_NODE: process.execPath,
  },
});

/** LocalStack as its Docker image, with the same plugin. Linux shares its network; Docker Desktop has a name for it. */
export const dockerHost = (options: HostOptions): Host => {
  const linux = process.platform === 'linux';
  const batchUrl = linux ? options.batchUrl : options.batchUrl.replace('127.0.0.1', 'host.docker.internal');
  const inside = { ...settings({ ...options, batchUrl }, '0.0.0.0'), PYTHONPATH: '/omnidistill-plugin' };
  const variables = Object.entries(inside).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const network = linux ? ['--network', 'host'] : ['--publish', `127.0.0.1:${options.port}:${options.port}`];
  const name = `omnidistill-${basename(options.stateFolder)}`;
  return {
    program: 'docker',
    args: [
      'run',
      '--rm',
      '--name',
      name,
      ...network,
      ...variables,
      '--volume',
      `${PLUGIN}:/omnidistill-plugin:ro`,
      IMAGE,
    ],
    environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  };
};

/**
 * A process where Python 3.13 is there, installing what it needs; else the Docker image where Docker answers.
 * @throws LocalStackError that says what is missing
 */
export const chooseHost = (options: HostOptions, say: (message: string) => void): Host => {
  if (installedPython() !== undefined || findPython() !== undefined) return processHost(install(say), options);
  if (spawnSync('docker', ['version']).status === 0) {
    say(`No Python 3.13 here: LocalStack runs as ${IMAGE}.`);
    return dockerHost(options);
  }
  throw new LocalStackError(`${NO_PYTHON}\nOr start Docker: then LocalStack's image is used.`);
};

function settings({ port, batchUrl }: HostOptions, address: string): Record<string, string> {
  return {
    GATEWAY_LISTEN: `${address}:${port}`,
    OMNIDISTILL_BATCH_URL: batchUrl,
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    // Launch templates, flow logs, dashboards and the like have no part in a run.
    CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: '1',
    // No events to the maker, no certificate to download, no name server, nothing started before it is asked for.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    DNS_ADDRESS: '0',
    EAGER_SERVICE_LOADING: '0',
  };
}
