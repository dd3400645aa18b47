import { z } from 'zod';
import type { JobDefinition } from '../../local/batch/job.ts';
import { ClientException } from '../errors.ts';

/** What Batch calls things; longer or other ones it refuses. */
export const Name = z.string().regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'must be 1 to 128 letters, digits, - and _');

const Variables = z.array(z.object({ name: z.string(), value: z.coerce.string().default('') })).default([]);
const Tags = z.record(z.string(), z.string()).default({});
const Rule = z.object({
  action: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['RETRY', 'EXIT'])),
  onExitCode: z.string().optional(),
  onReason: z.string().optional(),
  onStatusReason: z.string().optional(),
});
const Requirement = z.object({ type: z.string(), value: z.coerce.number() });

/** `RegisterJobDefinition`, as far as a job on this machine depends on it. Numbers of a template may come as text. */
export const RegisterJobDefinition = z.looseObject({
  jobDefinitionName: Name,
  type: z.literal('container'),
  containerProperties: z.looseObject({
    image: z.string(),
    command: z.array(z.string()).min(1),
    environment: Variables,
    resourceRequirements: z.array(Requirement).default([]),
  }),
  retryStrategy: z
    .object({
      attempts: z.coerce.number().int().min(1).max(10).default(1),
      evaluateOnExit: z.array(Rule).max(5).default([]),
    })
    .default({ attempts: 1, evaluateOnExit: [] }),
  timeout: z.object({ attemptDurationSeconds: z.coerce.number().int().min(60).optional() }).default({}),
  tags: Tags,
});
export type RegisterJobDefinition = z.infer<typeof RegisterJobDefinition>;

/** What the local Batch runs, out of what was registered. */
export const toJobDefinition = ({
  containerProperties: { command, environment, resourceRequirements },
  retryStrategy,
  timeout,
}: RegisterJobDefinition): JobDefinition => ({
  command,
  environment: Object.fromEntries(environment.map(({ name, value }) => [name, value])),
  attempts: retryStrategy.attempts,
  rules: retryStrategy.evaluateOnExit,
  timeoutSeconds: timeout.attemptDurationSeconds,
  memoryMiB: resourceRequirements.find(({ type }) => type === 'MEMORY')?.value,
  wantsGpu: resourceRequirements.some(({ type }) => type === 'GPU'),
});

/** Of `SubmitJob`, what nothing here uses: better refused than silently left out. */
const NOT_HERE = ['arrayProperties', 'dependsOn', 'nodeOverrides', 'retryStrategy', 'timeout'] as const;

export const SubmitJobRequest = z
  .looseObject({
    jobName: Name,
    jobQueue: z.string(),
    jobDefinition: z.string(),
    containerOverrides: z
      .looseObject({ command: z.array(z.string()).optional(), environment: Variables })
      .default({ environment: [] }),
    tags: Tags,
  })
  .refine((request) => NOT_HERE.every((field) => request[field] === undefined), {
    message: `${NOT_HERE.join(', ')} of SubmitJob are not known to this server`,
  });
export type SubmitJobRequest = z.infer<typeof SubmitJobRequest>;

export const DescribeJobs = z.object({ jobs: z.array(z.string()).max(100) });

export const JOB_STATUSES = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export const ListJobs = z.object({
  jobQueue: z.string(),
  jobStatus: z.enum(JOB_STATUSES).default('RUNNING'),
  filters: z.array(z.object({ name: z.string(), values: z.array(z.string()).min(1) })).optional(),
  maxResults: z.number().int().min(1).max(100).default(100),
  nextToken: z.string().regex(/^\d+$/).default('0'),
});
export type ListJobs = z.infer<typeof ListJobs>;

export const StopJob = z.object({ jobId: z.string(), reason: z.string() });

/** @throws ClientException that names every wrong field */
export const readRequest = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
  throw new ClientException(`${faults.join('; ')}.`, { cause: parsed.error });
};
