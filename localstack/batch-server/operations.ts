import { z } from 'zod';
import { ClientException } from '../errors.ts';
import type { SubmittedJobs } from './jobs.ts';
import type { Registry } from './registry.ts';
import { DescribeJobs, ListJobs, readRequest, StopJob, SubmitJobRequest } from './requests.ts';

type ApiBody = Readonly<Record<string, unknown>>;
type ApiOperation = (body: ApiBody) => ApiBody;

/** The operations of AWS Batch that this server knows, by the last part of their path below `/v1/`. */
export const operations = (registry: Registry, jobs: SubmittedJobs): Readonly<Record<string, ApiOperation>> => ({
  createcomputeenvironment: (body) => registry.create('computeEnvironment', body),
  updatecomputeenvironment: (body) => registry.update('computeEnvironment', body),
  deletecomputeenvironment: (body) => registry.delete('computeEnvironment', body),
  describecomputeenvironments: (body) => registry.describe('computeEnvironment', body),
  createjobqueue: (body) => registry.create('jobQueue', body),
  updatejobqueue: (body) => registry.update('jobQueue', body),
  deletejobqueue: (body) => registry.delete('jobQueue', body),
  describejobqueues: (body) => registry.describe('jobQueue', body),
  registerjobdefinition: (body) => registry.register(body),
  deregisterjobdefinition: (body) => registry.deregister(body),
  describejobdefinitions: (body) => registry.describeDefinitions(body),
  submitjob: (body) => jobs.submit(readRequest(SubmitJobRequest, body)),
  describejobs: (body) => jobs.describe(readRequest(DescribeJobs, body).jobs),
  listjobs: (body) => jobs.list(readRequest(ListJobs, body)),
  terminatejob: (body) => stop(body, (id, reason) => jobs.terminate(id, reason)),
  canceljob: (body) => stop(body, (id, reason) => jobs.cancel(id, reason)),
});

const Tagging = z.object({ tags: z.record(z.string(), z.string()) });

/** `ListTagsForResource` and `TagResource`, whose path holds the ARN and whose method says which. */
export const tagging = (jobs: SubmittedJobs, method: string, arn: string, body: ApiBody): ApiBody => {
  const tags = jobs.tags(arn);
  if (method === 'GET') return { tags };
  if (method !== 'POST') throw new ClientException(`${method} of tags is not known to this server.`);
  Object.assign(tags, readRequest(Tagging, body).tags);
  return {};
};

function stop(body: ApiBody, how: (id: string, reason: string) => ApiBody): ApiBody {
  const { jobId, reason } = readRequest(StopJob, body);
  return how(jobId, reason);
}
