import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { awsError } from '../../core/aws-errors.ts';
import { placeOfModel } from '../../core/backbone/model-files.ts';
import type { ConfigOverrides } from '../../core/contracts/config.ts';
import { RunId } from '../../core/contracts/names.ts';
import { parseOrExplain } from '../../core/contracts/parse-or-explain.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { type NeededFiles, neededFiles } from '../../core/data/labelled/needed-files.ts';
import { isList, isListName } from '../../core/data/pool/listed-objects.ts';
import { splitPattern } from '../../core/data/pool/pattern.ts';
import { HEAD_BYTES } from '../../core/data/refusal.ts';
import { ConfigError } from '../../core/errors.ts';
import { openStore } from '../../core/store/open.ts';
import { folderOf, splitFragment, splitObjectUri } from '../../core/store/uri.ts';
import { count } from '../../core/text/format.ts';
import { consoleUrl, executionArn, isActive, type Target } from './executions.ts';
import { executionsOf } from './run-executions.ts';
import { upload, uploadedFileUri, uploadedModelUri, uploadedUri } from './upload.ts';

/** The most that Step Functions takes. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_INPUT_BYTES = 262_144;

/** By place, without its fragment. */
type Needed = ReadonlyMap<string, NeededFiles>;

export interface StartOptions {
  /** Places may be `file:///PATH`: they are uploaded. */
  readonly input: RunInput;
  /** @default the date and four random digits */
  readonly runId?: string | undefined;
  readonly say: (line: string) => void;
  /** A line that the next one may replace. */
  readonly progress: (line: string) => void;
}

/**
 * Checks the input as the workflow's first state would, uploads what lies on this machine, and starts an execution.
 * @returns the run id
 * @throws ConfigError that names the wrong field, or says what has that name already
 */
export const startRun = async (target: Target, options: StartOptions): Promise<string> => {
  const { clients, deployment } = target;
  const runId = parseOrExplain(RunId, options.runId ?? defaultRunId(), '--run-id');
  resolveConfig(options.input.preset ?? 'standard', options.input.config);
  await requireUploadable(options.input.pool);
  const needed = await neededByPlace(options.input);
  const input = JSON.stringify(remoteInput(options.input, needed, deployment.bucket));
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw new ConfigError(`The input has ${count(Buffer.byteLength(input))} bytes; at most 262,144 are allowed.`);
  }
  const arn = executionArn(deployment.stateMachineArn, runId);
  if (await alreadyRuns(target, runId, input)) {
    options.say(`The run ${runId} is running already, with the same input.`);
  } else {
    await uploadAll(target, options, needed);
    await startExecution(target, runId, input);
    options.say(`Started the run ${runId}: ${arn}`);
  }
  options.say(consoleUrl(clients.region, arn));
  return runId;
};

/** What a pattern or a list names on this machine has no place in the bucket. */
async function requireUploadable(pool: string): Promise<void> {
  if (!pool.startsWith('file:')) return;
  const { root, key } = splitObjectUri(pool);
  const isPattern = splitPattern(pool) !== undefined && !existsSync(folderOf(pool));
  if (!isPattern && !(isListName(key) && isList(key, await openStore(root).range(key, 0, HEAD_BYTES)))) return;
  throw new ConfigError(
    `--pool: ${folderOf(pool)} is a ${isPattern ? 'pattern' : 'list'} of files of this machine, which is not uploaded. Name their folder, or s3:// where they lie.`,
  );
}

function defaultRunId(): string {
  return `run-${new Date().toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
}

/** What the labelled sets of this machine consist of that are named by one file, by their places. */
async function neededByPlace({ labelled, benchmarks }: RunInput): Promise<Needed> {
  const needed = new Map<string, NeededFiles>();
  const sources = [
    { field: 'labelled', uri: labelled },
    ...Object.entries(benchmarks).map(([name, uri]) => ({ field: `benchmarks.${name}`, uri })),
  ];
  for (const source of sources.filter(({ uri }) => uri.startsWith('file:'))) {
    const { uri: place } = splitFragment(source.uri);
    const files = needed.has(place) ? undefined : await neededFiles(source);
    if (files !== undefined) needed.set(place, files);
  }
  return needed;
}

/** The same input with places of this machine where they will lie in the bucket. */
function remoteInput(input: RunInput, needed: Needed, bucket: string): RunInput {
  const remote = (uri: string): string => {
    const { uri: place } = splitFragment(uri);
    const files = needed.get(place);
    if (files === undefined) return uploadedUri(uri, bucket);
    return `${uploadedFileUri(files.root, files.key, bucket)}${uri.slice(place.length)}`;
  };
  return {
    ...input,
    labelled: remote(input.labelled),
    pool: uploadedUri(input.pool, bucket),
    benchmarks: Object.fromEntries(Object.entries(input.benchmarks).map(([name, uri]) => [name, remote(uri)])),
    ...(input.audit === undefined ? {} : { audit: uploadedUri(input.audit, bucket) }),
    ...(input.config?.backbone && {
      config: withModel(input.config, uploadedModelUri(input.config.backbone.uri, bucket)),
    }),
  };
}

function withModel(config: ConfigOverrides, uri: string): ConfigOverrides {
  return { ...config, backbone: { ...config.backbone!, uri } };
}

/** Says what stands in the way, or that there is nothing to do. */
async function alreadyRuns(target: Target, runId: string, input: string): Promise<boolean> {
  const { runId: continued, executions } = await executionsOf(target, runId);
  const before = executions.at(-1);
  if (before === undefined) return false;
  if (continued !== runId) {
    throw new ConfigError(`${runId} is an execution that goes on with the run ${continued}. Choose another --run-id.`);
  }
  if (!isActive(before)) {
    const next =
      before.status === 'SUCCEEDED' ? `pull ${runId}\` brings its results` : `redrive ${runId}\` goes on with it`;
    throw new ConfigError(
      `The run ${runId} has ended (${before.status}). \`npx omnidistill ${next}; another --run-id starts a new one.`,
    );
  }
  if (isSameInput(before.input, input)) return true;
  throw new ConfigError(
    `The run ${runId} is running with another input, in the execution ${before.name}. Choose another --run-id.`,
  );
}

/** Spacing and the order of fields make no other input, nor does it to go on with a run. */
function isSameInput(before: string, input: string): boolean {
  const { runId: _, ...given } = JSON.parse(before) as Record<string, unknown>;
  return isDeepStrictEqual(given, JSON.parse(input));
}

async function uploadAll(target: Target, { input, say, progress }: StartOptions, needed: Needed): Promise<void> {
  const all = [input.labelled, input.pool, ...Object.values(input.benchmarks), input.audit ?? ''];
  const { clients, deployment } = target;
  // Several places may pick rows of one CSV.
  const local = all.filter((place) => place.startsWith('file:')).map((place) => splitFragment(place).uri);
  const places = [...new Set(local)].map((uri) => {
    const files = needed.get(uri);
    if (files === undefined) return { uri, to: uploadedUri(uri, deployment.bucket), only: undefined };
    return { uri: files.root, to: uploadedFileUri(files.root, files.key, deployment.bucket), only: files.keys };
  });
  for (const { uri, to, only } of [...places, ...(await modelPlace(input, deployment.bucket))]) {
    let last = '';
    await upload(uri, {
      s3: clients.s3,
      bucket: deployment.bucket,
      only,
      onFile: (done, total, bytes) => {
        last = `${to}: ${count(done)} of ${count(total)} files are there, ${(bytes / 1e6).toFixed(1)} MB uploaded`;
        progress(last);
      },
    });
    say(last);
  }
}

/** The backbone's files, where they lie on this machine; what else is in their folder is nobody's business. */
async function modelPlace({ config }: RunInput, bucket: string) {
  const uri = config?.backbone?.uri ?? '';
  if (!uri.startsWith('file:')) return [];
  const { keys } = await placeOfModel(uri);
  return [{ uri: splitObjectUri(uri).root, to: uploadedModelUri(uri, bucket), only: keys }];
}

async function startExecution({ clients, deployment }: Target, runId: string, input: string): Promise<void> {
  try {
    const request = { stateMachineArn: deployment.stateMachineArn, name: runId, input };
    await clients.stepFunctions.send(new StartExecutionCommand(request));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionAlreadyExists') {
      throw new ConfigError(`Somebody has started a run ${runId} meanwhile. Choose another --run-id.`, {
        cause: error,
      });
    }
    throw awsError(error, `start the run ${runId}`);
  }
}
