import { shardFiles } from '../../core/artifacts/shard.ts';
import { parseJobName } from '../../core/contracts/stages.ts';
import type { Store } from '../../core/store/store.ts';
import { counted } from '../../core/text/format.ts';
import type { Target } from './executions.ts';
import { describeJobs, failedJobs, type RunJob } from './run-jobs.ts';

/** Mostly all fail for one reason. */
const SHOWN = 5;
const LONGEST_REASON = 500;

/**
 * What became of the jobs that failed for good: the first of them with their reasons and logs. Where a map ends as too many of its
 * children failed, Step Functions says no more than that, so a shard's own words are read where it left some.
 */
export async function failedLines(
  target: Target,
  store: Store,
  runId: string,
  jobs: readonly RunJob[],
): Promise<string[]> {
  const failed = failedJobs(jobs).sort((a, b) => a.createdAt - b.createdAt);
  const shown = failed.slice(0, SHOWN);
  const links = await logLinks(target, shown);
  const reasons = await Promise.all(shown.map((job) => reasonOf(store, runId, job)));
  const more = failed.length - shown.length;
  return [
    ...shown.map(({ name, id }, i) => {
      const link = links.get(id);
      return `  ${name}: ${reasons[i]!.replace(/\.?$/, '.')}${link === undefined ? '' : ` Log: ${link}`}`;
    }),
    ...(more > 0 ? [`  and ${counted(more, 'more job')}`] : []),
  ];
}

/** A shard's own words count where they are of this very end: what an attempt before left is another story. */
async function reasonOf(
  store: Store,
  runId: string,
  { name, reason = 'no reason', exitCode }: RunJob,
): Promise<string> {
  const { kind, values } = parseJobName(name)!;
  if (kind !== 'mine') return reason;
  const said = await shardFiles(runId, Number(values.round), Number(values.shard)).error.find(store);
  if (said === undefined || said.exitCode !== exitCode) return reason;
  return `${said.name}: ${said.message}`.slice(0, LONGEST_REASON);
}

/** Pages of the logs of jobs in the console, by the job's id; Batch forgets a job after seven days. */
async function logLinks(target: Target, jobs: readonly RunJob[]): Promise<Map<string, string>> {
  const { region } = target.clients;
  const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
  const group = twice(target.deployment.workerLogGroup);
  const details = await describeJobs(target, jobs);
  return new Map(
    details.map(({ jobId = '', container }) => [
      jobId,
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}` +
        (container?.logStreamName === undefined ? '' : `/log-events/${twice(container.logStreamName)}`),
    ]),
  );
}
