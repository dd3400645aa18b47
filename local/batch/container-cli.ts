import { execFile } from 'node:child_process';
import { ConfigError } from '../../core/errors.ts';

/** What the `docker` command printed, and how it ended. */
export interface CliResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** Why it failed, in its own words without its own prefixes. */
  readonly fault: string;
}

/** What the engine of this machine offers. */
export interface ContainerHost {
  /** The NVIDIA runtime is registered, so `--gpus` works. */
  readonly gpus: boolean;
}

/** Runs `docker` with the given arguments; never throws for what it answers. */
export const docker = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> =>
  new Promise((resolve) => {
    execFile('docker', args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) =>
      resolve({
        ok: error === null,
        stdout: stdout.trim(),
        fault: error === null ? '' : faultOf(stderr, error.message),
      }),
    );
  });

/**
 * Makes an image available, from a registry where it is not on this machine.
 * @returns what the registry said, or `undefined` where the image is there
 */
export const pullWhereMissing = async (image: string): Promise<string | undefined> => {
  const here = await docker(['image', 'inspect', '--format', '{{.Id}}', image]);
  if (here.ok) return undefined;
  const pulled = await docker(['pull', '--quiet', image]);
  return pulled.ok ? undefined : pulled.fault;
};

/**
 * Checks, before anything runs, that a container engine answers and has the image.
 * @throws ConfigError that says what to do
 */
export const requireContainerHost = async (image: string): Promise<ContainerHost> => {
  const info = await docker(['info', '--format', '{{json .Runtimes}}']);
  if (!info.ok) {
    throw new ConfigError(
      `No container engine answers: ${info.fault} Start Docker, or leave out --engine to run jobs as child processes.`,
    );
  }
  const fault = await pullWhereMissing(image);
  if (fault !== undefined) {
    throw new ConfigError(
      `Image ${image} is neither on this machine nor to be had: ${fault}. Build it with \`npm run image\`, or name another one with --image.`,
    );
  }
  return { gpus: info.stdout.includes('"nvidia"') };
};

function faultOf(stderr: string, fallback: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('See '));
  return (lines.at(-1) ?? fallback).replace(/^(docker: )?(Error response from daemon|Error): /, '').trim();
}
