import { fileURLToPath } from 'node:url';
import { csvRecord } from '../../core/contracts/csv.ts';
import { RunInput } from '../../core/contracts/run-input.ts';
import { isListName } from '../../core/data/pool/listed-objects.ts';
import { splitPattern } from '../../core/data/pool/pattern.ts';
import { splitFragment, splitObjectUri } from '../../core/store/uri.ts';
import type { Attempt } from './engine.ts';

export interface ContainerSetup {
  readonly image: string;
  /** The one folder that jobs write to; it has the same path inside. */
  readonly outFolder: string;
  /** Files and folders that jobs read; they have the same paths inside. */
  readonly inputs: readonly string[];
  /** `UID:GID` of the jobs. */
  readonly user: string;
  /** Gives the machine's GPUs to jobs that ask for them. */
  readonly gpus: boolean;
}

/** Files and folders of this machine that a run's jobs read; none for an input that Plan will refuse anyway. */
export const inputPaths = (input: unknown): string[] => {
  const { data } = RunInput.safeParse(input);
  if (data === undefined) return [];
  const { labelled, pool, benchmarks, audit, config } = data;
  // A model may be several files, beside each other.
  const model = config?.backbone === undefined ? '' : splitObjectUri(config.backbone.uri).root;
  const uris = [labelled, ...poolPlaces(pool), ...Object.values(benchmarks), audit ?? '', model];
  const local = uris.filter((uri) => uri.startsWith('file:'));
  return [...new Set(local.map((uri) => fileURLToPath(splitFragment(uri).uri)))];
};

/** A pattern is a folder for docker, and what a list names lies mostly in the list's own folder. */
function poolPlaces(pool: string): string[] {
  const { root, key } = splitObjectUri(pool);
  if (isListName(key)) return [root];
  return [splitPattern(pool)?.root ?? pool];
}

/**
 * Arguments of `docker create` for an attempt: the limits that the job has on AWS (read-only root, an init, a bound of
 * memory) and fewer rights. The environment's values are not among them, since every process may read a command line:
 * the caller sets them in docker's own environment.
 */
export const createArguments = (setup: ContainerSetup, name: string, attempt: Attempt): string[] => {
  const memory = attempt.memoryMiB === undefined ? [] : [`${attempt.memoryMiB}m`];
  return [
    ...['create', '--name', name, '--pull', 'never', '--init', '--read-only', '--user', setup.user],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp:rw,nosuid,nodev,mode=1777'],
    // A store at an address of this machine is reached as from the machine itself.
    ...['--network', 'host', '--log-driver', 'none'],
    // The same bound for memory and swap together: no swap.
    ...memory.flatMap((bound) => ['--memory', bound, '--memory-swap', bound]),
    ...(attempt.wantsGpu && setup.gpus ? ['--gpus', 'all'] : []),
    ...setup.inputs.flatMap((path) => mount(path, true)),
    ...mount(setup.outFolder, false),
    ...Object.keys(attempt.environment).flatMap((variable) => ['--env', variable]),
    ...[setup.image, ...attempt.command],
  ];
};

/** A bind mount; docker reads the value as one line of CSV, so that a path may hold a comma. */
function mount(path: string, readOnly: boolean): string[] {
  const fields = ['type=bind', `source=${path}`, `target=${path}`, ...(readOnly ? ['readonly'] : [])];
  return ['--mount', csvRecord(fields)];
}
