import { z } from 'zod';
import { ClientException } from '../errors.ts';
import type { Jobs } from './jobs.ts';
import type { Registry } from './registry.ts';
import { DescribeJobs, ListJobs, readRequest, StopJob, SubmitJob } from './requests.ts';

type Body = Readonly<Record<string, unknown>>;
type Operation = (body: Body) => Body;

/** The operations of AWS Batch that this server knows, by the last part of their path below `/v1/`. */
export const operations = (registry: Registry, jobs: Jobs): Readonly<Record<string, Operation>> => ({
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
  submitjob: (body) => jobs.submit(readRequest(SubmitJob, body)),
  describejobs: (body) => jobs.describe(readRequest(DescribeJobs, body).jobs),
  listjobs: (body) => jobs.list(readRequest(ListJobs, body)),
  terminatejob: (body) => stop(body, (id, reason) => jobs.terminate(id, reason)),
  canceljob: (body) => stop(body, (id, reason) => jobs.cancel(id, reason)),
});

const Tagging = z.object({ tags: z.record(z.string(), z.string()) });

/** `ListTagsForResource` and `TagResource`, whose path holds the ARN and whose method says which. */
export const tagging = (jobs: Jobs, method: string, arn: string, body: Body): Body => {
  const tags = jobs.tags(arn);
  if (method === 'GET') return { tags };
  if (method !== 'POST') throw new ClientException(`${method} of tags is not known to this server.`);
  Object.assign(tags, readRequest(Tagging, body).tags);
  return {};
};

function stop(body: Body, how: (id: string, reason: string) => Body): Body {
  const { jobId, reason } = readRequest(StopJob, body);
  return how(jobId, reason);
}
