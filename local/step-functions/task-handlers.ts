import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorKey } from '../../core/contracts/keys.ts';
import { JobError } from '../../core/contracts/stats.ts';
import { EXIT_CODE, type OmnidistillError } from '../../core/errors.ts';
import { type EndedJob, SubmitJob } from '../batch/job.ts';
import type { LocalBatch } from '../batch/local-batch.ts';
import { exitCodeOf, ReportedError, StateError, TemplateError } from '../errors.ts';
import { allStates, type Definition, isBatch, isLambdaInvoke } from './definition.ts';

/** Does the work of a Task: gets its input, returns its result. */
export type TaskHandler = (input: unknown) => Promise<unknown>;
/**
 * Answers for a service that does not do what a Task asks of it; tests put faults in this way.
 * @param state - name of the Task's state
 * @param call - 1 for its first call, those of a Map's items together
 * @returns the error's name, and whether the work was done all the same
 */
export type Refuse = (state: string, call: number) => { readonly error: string; readonly done?: boolean } | undefined;
/** Functions of the stack by ARN. */
export type Functions = ReadonlyMap<string, (event: unknown) => Promise<unknown>>;

/** Why a job failed, from what it left behind: its error.json, else its last line. */
const failureOf = async ({ ref, detail, lastLine }: EndedJob, outFolder: string): Promise<OmnidistillError> => {
  const where = `Job ${ref.label}, log ${ref.logFile}`;
  const last = detail.Attempts.at(-1);
  const text = ref.folder && (await readFile(join(outFolder, errorKey(ref.folder)), 'utf8').catch(() => undefined));
  const left = text === undefined ? undefined : JobError.safeParse(parseJson(text)).data;
  const exitCode = exitCodeOf(last?.ExitCode);
  if (left !== undefined && left.exitCode === last?.ExitCode) {
    return new ReportedError(left.name, `${left.message} (${where})`, exitCode);
  }
  const why = [lastLine, last?.Reason, detail.StatusReason].filter((part) => part !== undefined && part !== '');
  const code = last?.ExitCode === undefined ? '' : ` with exit code ${last.ExitCode}`;
  return new ReportedError('JobFailedError', `The job failed${code}: ${why.join('; ')} (${where})`, exitCode);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const batchTask =
  (batch: LocalBatch, outFolder: string): TaskHandler =>
  async (input) => {
    const ref = batch.submit(SubmitJob.parse(input));
    const ended = await batch.ended(ref.id);
    if (ended.detail.Status === 'SUCCEEDED') return ended.detail;
    // AWS puts the whole job into the cause, as text.
    throw new StateError('States.TaskFailed', JSON.stringify(ended.detail), await failureOf(ended, outFolder));
  };

const invokeTask =
  (functions: Functions): TaskHandler =>
  async (input) => {
    const { FunctionName, Payload } = input as { FunctionName: string; Payload: unknown };
    const call = functions.get(FunctionName);
    if (call === undefined) throw new TemplateError(`Function ${FunctionName} is not in the template.`);
    return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: await call(Payload) };
  };

/**
 * What stands in for AWS in every Task of a definition, by the state's name.
 * @throws TemplateError for a Task that this machine cannot do
 */
export const taskHandlers = (
  definition: Definition,
  { batch, functions, outFolder }: { batch: LocalBatch; functions: Functions; outFolder: string },
): Record<string, TaskHandler> => {
  const handlers: Record<string, TaskHandler> = {};
  for (const [name, state] of allStates(definition)) {
    if (state.Type !== 'Task') continue;
    const { Resource } = state;
    const direct = functions.get(String(Resource));
    if (direct !== undefined) handlers[name] = direct;
    else if (isBatch(Resource)) handlers[name] = batchTask(batch, outFolder);
    else if (isLambdaInvoke(Resource)) handlers[name] = invokeTask(functions);
    else throw new TemplateError(`State ${name} calls ${String(Resource)}, which this machine cannot do.`);
  }
  return handlers;
};

/** The same handlers, of which some calls fail. */
export const withFaults = (
  handlers: Readonly<Record<string, TaskHandler>>,
  refuse: Refuse,
): Record<string, TaskHandler> => {
  const calls = new Map<string, number>();
  const faulty =
    (name: string, handler: TaskHandler): TaskHandler =>
    async (input) => {
      const call = (calls.get(name) ?? 0) + 1;
      calls.set(name, call);
      const fault = refuse(name, call);
      if (fault === undefined) return handler(input);
      if (fault.done) await handler(input);
      const words = `${fault.error} in ${name}`;
      throw new StateError(fault.error, words, new ReportedError(fault.error, words, EXIT_CODE.failure));
    };
  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, faulty(name, handler)]));
};
