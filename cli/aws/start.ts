import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { awsError } from '../../core/aws-errors.ts';
import { RunId } from '../../core/contracts/names.ts';
import { parseOrExplain } from '../../core/contracts/parse-or-explain.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { isList, isListName } from '../../core/data/pool/listed-objects.ts';
import { splitPattern } from '../../core/data/pool/pattern.ts';
import { HEAD_BYTES } from '../../core/data/refusal.ts';
import { ConfigError } from '../../core/errors.ts';
import { openStore } from '../../core/store/open.ts';
import { folderOf, splitObjectUri } from '../../core/store/uri.ts';
import { count, counted } from '../../core/text/format.ts';
import { consoleUrl, executionArn, isActive, type Target } from './executions.ts';
import { localInput, type RemoteInput } from './local-input.ts';
import { executionsOf } from './run-executions.ts';
import { upload } from './upload.ts';

/** The most that Step Functions takes. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_INPUT_BYTES = 262_144;

export interface StartOptions {
  /** Places may be `file:///PATH`: they are uploaded. */
  readonly input: RunInput;
  /** @default the date and four random digits */
  readonly runId?: string | undefined;
  /** Say what would be uploaded, and neither upload nor start anything. @default false */
  readonly dryRun?: boolean | undefined;
  readonly say: (line: string) => void;
  /** A line that the next one may replace. */
  readonly progress: (line: string) => void;
}

/**
 * Checks the input as the workflow's first state would, uploads what lies on this machine, and starts an execution. Says what it
 * uploads and what it leaves out.
 * @returns the run id
 * @throws ConfigError that names the wrong field, or says what has that name already
 */
export const startRun = async (target: Target, options: StartOptions): Promise<string> => {
  const { clients, deployment } = target;
  const runId = parseOrExplain(RunId, options.runId ?? defaultRunId(), '--run-id');
  resolveConfig(options.input.preset ?? 'standard', options.input.config);
  await requireUploadable(options.input.pool);
  const remote = await localInput(options.input, deployment.bucket, options.progress);
  for (const line of shipmentLines(remote, deployment.bucket)) options.say(line);
  const input = JSON.stringify(remote.input);
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw new ConfigError(`The input has ${count(Buffer.byteLength(input))} bytes; at most 262,144 are allowed.`);
  }
  if (options.dryRun === true) {
    options.say('Nothing was uploaded and nothing was started (--dry-run).');
    return runId;
  }
  const arn = executionArn(deployment.stateMachineArn, runId);
  if (await alreadyRuns(target, runId, input)) {
    options.say(`The run ${runId} is running already, with the same input.`);
  } else {
    await uploadAll(target, options, remote);
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

async function uploadAll({ clients, deployment }: Target, { say, progress }: StartOptions, remote: RemoteInput) {
  const { bucket } = deployment;
  for (const shipment of remote.shipments) {
    let last = '';
    await upload(shipment, {
      s3: clients.s3,
      bucket,
      onFile: (done, total, bytes) => {
        last = `s3://${bucket}/${shipment.prefix}: ${count(done)} of ${count(total)} files are there, ${megabytes(bytes)} uploaded`;
        progress(last);
      },
    });
    say(last);
  }
}

/** Of each place what goes to the bucket, where to, and what stays here. */
function shipmentLines({ shipments }: RemoteInput, bucket: string): string[] {
  return shipments.flatMap(({ path, files, prefix, left }) => {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const line = `${path}: ${counted(files.length, 'file')}, ${megabytes(bytes)}, for s3://${bucket}/${prefix}`;
    return left.words === '' ? [line] : [line, `  not uploaded: ${left.words}`];
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
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
