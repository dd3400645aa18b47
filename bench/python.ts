import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, messageOf } from '../core/errors.ts';

const run = promisify(execFile);

/** The part of what a program printed that says why it failed. */
const lastLines = (error: unknown): string => messageOf(error).trim().split('\n').slice(-6).join('\n');

const attempt = async (doing: string, help: string, program: string, ...args: string[]): Promise<void> => {
  try {
    await run(program, args, { maxBuffer: 2 ** 26 });
  } catch (cause) {
    throw new ConfigError(`${doing} failed. ${help} It said: ${lastLines(cause)}`, { cause });
  }
};

/**
 * The peers' Python, in an environment of its own that is made on the first call.
 * @param folder - of the benchmark: holds requirements.txt
 * @returns path of the interpreter
 * @throws ConfigError that names what is missing
 */
export const peerPython = async (folder: string): Promise<string> => {
  const environment = join(folder, '.venv');
  const python = join(environment, 'bin', 'python');
  const help = 'The benchmark compares with PyTorch: it needs python3 with venv and pip, and a package index.';
  if (!existsSync(python)) await attempt('python3 -m venv', help, 'python3', '-m', 'venv', environment);
  const requirements = join(folder, 'requirements.txt');
  await attempt('pip install', help, python, '-m', 'pip', 'install', '--quiet', '--requirement', requirements);
  return python;
};

/** Versions of the peers, by package. */
export const peerVersions = async (python: string): Promise<Record<string, string>> => {
  const ask =
    'import json, platform, torch, PIL; print(json.dumps({"python": platform.python_version(), "torch": torch.__version__, "pillow": PIL.__version__}))';
  const { stdout } = await run(python, ['-c', ask]);
  return JSON.parse(stdout) as Record<string, string>;
};
