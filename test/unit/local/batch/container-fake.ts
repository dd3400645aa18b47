import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** A `docker` that does in files what the real one does in containers; its one job is the shell script `job`. */
const DOCKER = `#!/bin/sh
cd "$FAKE_DOCKER" || exit 1
echo "$*" >> calls
case "$1" in
  info) cat info 2>/dev/null || { echo 'Cannot connect to the Docker daemon.' >&2; exit 1; } ;;
  image) test -e image ;;
  pull) echo 'Error response from daemon: manifest unknown' >&2; exit 1 ;;
  create)
    test -e refuse && { echo 'Error response from daemon: invalid mount' >&2; exit 1; }
    printf '%s\\n' "$@" > created
    env > environment ;;
  start)
    sh ./job & echo $! > pid
    wait $!; echo $? > exit; exit "$(cat exit)" ;;
  stop) test -e pid && kill -TERM "$(cat pid)" ;;
  inspect)
    echo "{\\"ExitCode\\":$(cat exit),\\"OOMKilled\\":$(test -e oom && echo true || echo false),\\"Error\\":\\"$(cat error 2>/dev/null)\\"}" ;;
  events) cat events 2>/dev/null ;;
  rm) touch removed ;;
esac
`;

export interface FakeDocker {
  readonly folder: string;
  /** What the fake finds in its folder: `image`, `info`, `refuse`, `oom`, `events`, `error`, `job`. */
  put(name: string, content?: string): void;
  has(name: string): boolean;
  lines(name: string): string[];
}

/** Puts a fake `docker` before the real one for the length of a test. */
export const fakeDocker = (): FakeDocker => {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'docker'), DOCKER);
  chmodSync(join(bin, 'docker'), 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  vi.stubEnv('FAKE_DOCKER', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return {
    folder,
    put: (name, content = '') => writeFileSync(join(folder, name), content),
    has: (name) => existsSync(join(folder, name)),
    lines: (name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'),
  };
};
