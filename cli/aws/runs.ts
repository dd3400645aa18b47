import { type ExecutionListItem, paginateListExecutions } from '@aws-sdk/client-sfn';
import pLimit from 'p-limit';
import { summaryFile } from '../../core/artifacts/run.ts';
import { awsError } from '../../core/aws-errors.ts';
import { duration, percent, signedPoints } from '../../core/text/format.ts';
import type { Target } from './executions.ts';
import { runIdOf, runStore } from './run-executions.ts';

/** A row of the list, as `--json` prints it. */
export interface RunRow {
  readonly run: string;
  /** Its own name: a run that is continued has several. */
  readonly execution: string;
  readonly status: string;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  /** By benchmark, in [0, 1]; empty before the run has its summary. */
  readonly omni: Readonly<Record<string, { readonly accuracy: number; readonly gain: number | undefined }>>;
}

const AT_ONCE = 8;

/** The newest runs first. @param limit - most rows */
export const listRuns = async (target: Target, limit: number, now = Date.now()): Promise<RunRow[]> => {
  const store = runStore(target);
  const atOnce = pLimit(AT_ONCE);
  const describe = async ({ name = '', status, startDate, stopDate }: ExecutionListItem): Promise<RunRow> => {
    // A listing does not tell the input, and any execution may go on with a run.
    const run = await runIdOf(target, name);
    const summary = status === 'SUCCEEDED' ? await summaryFile(run).find(store) : undefined;
    const rows = Object.entries(summary?.accuracy ?? {}).flatMap(([benchmark, { omni }]) =>
      omni === undefined
        ? []
        : [[benchmark, { accuracy: omni.mean, gain: summary?.comparisons[benchmark]?.omni?.primitive?.mean }]],
    );
    return {
      run,
      execution: name,
      status: status ?? 'RUNNING',
      started: (startDate ?? new Date(0)).toISOString(),
      seconds: ((stopDate?.getTime() ?? now) - (startDate?.getTime() ?? now)) / 1000,
      omni: Object.fromEntries(rows) as RunRow['omni'],
    };
  };
  const executions = await listExecutions(target, limit);
  return Promise.all(executions.map((execution) => atOnce(() => describe(execution))));
};

/** The list as a person reads it. */
export const runLines = (rows: readonly RunRow[]): string[] => {
  if (rows.length === 0) return ['No run yet. `npx omnidistill start` starts one.'];
  const nameOf = ({ run, execution }: RunRow): string => (run === execution ? run : `${run} (${execution})`);
  const width = Math.max(...rows.map((row) => nameOf(row).length));
  return rows.map((row) => {
    const { status, started, seconds, omni } = row;
    const results = Object.entries(omni).map(
      ([benchmark, { accuracy, gain }]) =>
        `${benchmark}: omni ${percent(accuracy, 2)}${gain === undefined ? '' : ` (${signedPoints(gain, 2)})`}`,
    );
    const words = [
      nameOf(row).padEnd(width),
      status.padEnd(9),
      started.slice(0, 16).replace('T', ' '),
      duration(seconds),
    ];
    return [...words, ...results].join('  ');
  });
};

async function listExecutions({ clients, deployment }: Target, limit: number): Promise<ExecutionListItem[]> {
  const found: ExecutionListItem[] = [];
  try {
    const pages = paginateListExecutions(
      { client: clients.stepFunctions, pageSize: Math.min(limit, 1000) },
      { stateMachineArn: deployment.stateMachineArn },
    );
    for await (const { executions = [] } of pages) {
      found.push(...executions);
      if (found.length >= limit) break;
    }
  } catch (error) {
    throw awsError(error, 'list the runs');
  }
  return found.slice(0, limit);
}
