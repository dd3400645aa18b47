import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorFile } from '../../core/artifacts/job.ts';
import { JobError } from '../../core/contracts/stats.ts';
import { exitCodeOf, type OmnidistillError, ReportedError } from '../../core/errors.ts';
import { type EndedJob, SubmitJob } from '../batch/job.ts';
import type { LocalBatch } from '../batch/local-batch.ts';
import { StateError, TemplateError } from '../errors.ts';
import { allStates, type Definition, isBatch } from './definition.ts';

/** Does the work of a Task: gets its input, returns its result. */
export type TaskHandler = (input: unknown) => Promise<unknown>;
/** By the name of the Task's state. */
export type TaskHandlers = Readonly<Record<string, TaskHandler>>;
/** Functions of the stack by ARN. */
export type LocalFunctions = ReadonlyMap<string, (event: unknown) => Promise<unknown>>;

/**
 * What stands in for AWS in every Task of a definition, by the state's name.
 * @throws TemplateError for a Task that this machine cannot do
 */
export function taskHandlers(
  definition: Definition,
  { batch, functions, outFolder }: { batch: LocalBatch; functions: LocalFunctions; outFolder: string },
): TaskHandlers {
  const handlers: Record<string, TaskHandler> = {};
  for (const [name, state] of allStates(definition)) {
    if (state.Type !== 'Task') continue;
    const { Resource = '' } = state;
    const handler = functions.get(Resource) ?? (isBatch(Resource) ? batchTask(batch, outFolder) : undefined);
    if (handler === undefined)
      throw new TemplateError(`State ${name} calls ${Resource}, which this machine cannot do.`);
    handlers[name] = handler;
  }
  return handlers;
}

function batchTask(batch: LocalBatch, outFolder: string): TaskHandler {
  return async (input) => {
    const ref = batch.submit(SubmitJob.parse(input));
    const ended = await batch.ended(ref.id);
    if (ended.detail.Status === 'SUCCEEDED') return ended.detail;
    throw new StateError('States.TaskFailed', causeOf(ended), await failureOf(ended, outFolder));
  };
}

/** The job as `DescribeJobs` shows it, as text: what AWS gives for the cause of the error. */
function causeOf({ ref, detail: { Attempts, ...job } }: EndedJob): string {
  const attempts = Attempts.map(({ StatusReason, ...container }) => ({ Container: container, StatusReason }));
  const container = { ...attempts.at(-1)?.Container, LogStreamName: ref.logFile };
  return JSON.stringify({ ...job, Attempts: attempts, Container: container });
}

/** Why a job failed, from what it left behind: its error.json, else its last line. */
async function failureOf({ ref, detail, lastLine }: EndedJob, outFolder: string): Promise<OmnidistillError> {
  const where = `Job ${ref.label}, log ${ref.logFile}`;
  const last = detail.Attempts.at(-1);
  const text =
    ref.folder && (await readFile(join(outFolder, errorFile(ref.folder).key), 'utf8').catch(() => undefined));
  const left = text === undefined ? undefined : JobError.safeParse(parseJson(text)).data;
  const exitCode = exitCodeOf(last?.ExitCode);
  if (left !== undefined && left.exitCode === last?.ExitCode) {
    return new ReportedError(left.name, `${left.message} (${where})`, exitCode);
  }
  const why = [lastLine, last?.Reason, detail.StatusReason].filter((part) => part !== undefined && part !== '');
  const code = last?.ExitCode === undefined ? '' : ` with exit code ${last.ExitCode}`;
  return new ReportedError('JobFailedError', `The job failed${code}: ${why.join('; ')} (${where})`, exitCode);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
