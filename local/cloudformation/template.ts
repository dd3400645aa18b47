import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { JobDefinition } from '../batch/job.ts';
import { TemplateError } from '../errors.ts';
import type { LambdaFunction } from '../lambda/local-function.ts';
import type { Definition } from '../step-functions/definition.ts';
import { localArn, type Parameters, resolveIntrinsics } from './cloudformation-intrinsics.ts';

/** A synthesised stack, by ARN, as far as this machine runs it. */
export interface Stack {
  /** The state machine in Amazon States Language. */
  readonly definition: Definition;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly jobDefinitions: ReadonlyMap<string, JobDefinition>;
  readonly queues: ReadonlySet<string>;
}

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const Document = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), Resource),
});

const Variables = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);

const Rule = z.object({
  Action: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['RETRY', 'EXIT'])),
  OnExitCode: z.string().optional(),
  OnReason: z.string().optional(),
  OnStatusReason: z.string().optional(),
});

const Requirement = z.object({ Type: z.enum(['MEMORY', 'VCPU', 'GPU']), Value: z.coerce.number().positive() });

const JobProperties = z.object({
  ContainerProperties: z.object({
    Command: z.array(z.string()).min(1),
    Environment: Variables,
    ResourceRequirements: z.array(Requirement).default([]),
  }),
  RetryStrategy: z
    .object({ Attempts: z.number().int().min(1).max(10).default(1), EvaluateOnExit: z.array(Rule).max(5).default([]) })
    .default({ Attempts: 1, EvaluateOnExit: [] }),
  Timeout: z.object({ AttemptDurationSeconds: z.number().int().min(60).optional() }).optional(),
});

const FunctionProperties = z.object({
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
});

const MachineProperties = z.object({ DefinitionString: z.string() });

/**
 * Reads a template that `cdk synth` wrote; asset folders are looked up beside it.
 * @throws TemplateError that names the resource and what is wrong with it
 */
export const loadStack = async (path: string): Promise<Stack> => {
  const document = parse(Document, JSON.parse(await readFile(path, 'utf8')), path);
  const parameters: Parameters = Object.fromEntries(
    Object.entries(document.Parameters).map(([name, { Default }]) => [name, String(Default ?? '')]),
  );
  const resolved = (id: string, keys: readonly string[]): unknown => {
    const properties = document.Resources[id]!.Properties;
    const wanted = Object.fromEntries(keys.filter((key) => key in properties).map((key) => [key, properties[key]]));
    return resolveIntrinsics(wanted, document.Resources, parameters);
  };
  const ofType = (type: string) => Object.entries(document.Resources).filter(([, { Type }]) => Type === type);

  const functions = new Map<string, LambdaFunction>();
  for (const [id, { Type, Metadata }] of ofType('AWS::Lambda::Function')) {
    const asset = Metadata?.['aws:asset:path'];
    // Functions that CDK adds for itself (log retention, bucket emptying) have no part in a run.
    if (typeof asset !== 'string') continue;
    const { Handler, Environment } = parse(FunctionProperties, resolved(id, ['Handler', 'Environment']), id);
    const folder = resolve(dirname(path), asset);
    functions.set(localArn(Type, id), { folder, handler: Handler, environment: Environment.Variables });
  }

  // What is called is a version of a function; here there is one of each.
  for (const [id, { Type, Properties }] of ofType('AWS::Lambda::Version')) {
    const { Ref } = (Properties.FunctionName ?? {}) as { Ref?: string };
    const published = functions.get(localArn('AWS::Lambda::Function', Ref ?? ''));
    if (published !== undefined) functions.set(localArn(Type, id), published);
  }

  const jobDefinitions = new Map<string, JobDefinition>();
  for (const [id, { Type, Properties }] of ofType('AWS::Batch::JobDefinition')) {
    // The image's address needs a registry of AWS; what runs here is the same worker from elsewhere.
    const { Command, Environment, ResourceRequirements } = (Properties.ContainerProperties ?? {}) as Record<
      string,
      unknown
    >;
    const known = { Command, Environment, ResourceRequirements };
    const container = resolveIntrinsics(known, document.Resources, parameters);
    const rest = resolved(id, ['RetryStrategy', 'Timeout']) as object;
    const properties = parse(JobProperties, { ...rest, ContainerProperties: container }, id);
    jobDefinitions.set(localArn(Type, id), toJobDefinition(properties));
  }

  const machines = ofType('AWS::StepFunctions::StateMachine');
  if (machines.length !== 1) {
    throw new TemplateError(`${path} must hold one state machine. Received ${machines.length}.`);
  }
  const machine = machines[0]![0];
  const { DefinitionString } = parse(MachineProperties, resolved(machine, ['DefinitionString']), machine);
  const queues = new Set(ofType('AWS::Batch::JobQueue').map(([id, { Type }]) => localArn(Type, id)));
  return { definition: JSON.parse(DefinitionString) as Definition, functions, jobDefinitions, queues };
};

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new TemplateError(`${what} in the synthesised template is not what the local runner knows: ${faults}.`, {
    cause: parsed.error,
  });
}

function toJobDefinition({
  ContainerProperties: container,
  ...properties
}: z.infer<typeof JobProperties>): JobDefinition {
  return {
    command: container.Command,
    environment: Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value])),
    memoryMiB: container.ResourceRequirements.find(({ Type }) => Type === 'MEMORY')?.Value,
    wantsGpu: container.ResourceRequirements.some(({ Type }) => Type === 'GPU'),
    attempts: properties.RetryStrategy.Attempts,
    rules: properties.RetryStrategy.EvaluateOnExit.map((rule) => ({
      action: rule.Action,
      onExitCode: rule.OnExitCode,
      onReason: rule.OnReason,
      onStatusReason: rule.OnStatusReason,
    })),
    timeoutSeconds: properties.Timeout?.AttemptDurationSeconds,
  };
}
