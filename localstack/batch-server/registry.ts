import { z } from 'zod';
import type { JobDefinition } from '../../local/batch/job.ts';
import { ClientException } from '../errors.ts';
import { Name, RegisterJobDefinition, readRequest, toJobDefinition } from './requests.ts';

/** Compute environments and queues, of which only names matter here. */
type Resource = Readonly<Record<string, unknown>>;
type Kind = 'computeEnvironment' | 'jobQueue';

const RESOURCE_TYPE: Readonly<Record<Kind, string>> = {
  computeEnvironment: 'compute-environment',
  jobQueue: 'job-queue',
};
const References = z.array(z.string()).optional();

export type RegisteredDefinition = RegisterJobDefinition & {
  readonly jobDefinitionArn: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
};

/** The last part of an ARN, or the name itself. */
export const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** What jobs are submitted to: compute environments, queues and revisions of job definitions, by name and ARN. */
export class Registry {
  /** By ARN, for the local Batch, which sees every change. */
  public readonly definitions = new Map<string, JobDefinition>();
  public readonly queues = new Set<string>();
  private readonly registered = new Map<string, RegisteredDefinition>();
  private readonly resources: Readonly<Record<Kind, Map<string, Resource>>> = {
    computeEnvironment: new Map(),
    jobQueue: new Map(),
  };

  /** @param arnStart - `arn:aws:batch:REGION:ACCOUNT` */
  public constructor(private readonly arnStart: string) {}

  public arn(type: string, name: string): string {
    return `${this.arnStart}:${type}/${name}`;
  }

  /** Makes a compute environment or a queue: it is valid and enabled at once, as no machine stands behind it. */
  public create(kind: Kind, body: Resource): Resource {
    const name = readRequest(Name, body[`${kind}Name`]);
    if (this.resources[kind].has(name)) throw new ClientException(`Object already exists: ${name}`);
    const arn = this.arn(RESOURCE_TYPE[kind], name);
    const identity = { [`${kind}Name`]: name, [`${kind}Arn`]: arn };
    this.resources[kind].set(name, { state: 'ENABLED', ...body, ...identity, status: 'VALID' });
    if (kind === 'jobQueue') this.queues.add(arn);
    return identity;
  }

  public update(kind: Kind, body: Resource): Resource {
    const { name, resource } = this.find(kind, body[kind]);
    const { [kind]: _reference, ...changes } = body;
    this.resources[kind].set(name, { ...resource, ...changes });
    return { [`${kind}Name`]: name, [`${kind}Arn`]: resource[`${kind}Arn`] };
  }

  public delete(kind: Kind, body: Resource): Resource {
    const { name, resource } = this.find(kind, body[kind]);
    this.resources[kind].delete(name);
    this.queues.delete(String(resource[`${kind}Arn`]));
    return {};
  }

  public describe(kind: Kind, body: Resource): Resource {
    const wanted = readRequest(References, body[`${kind}s`])?.map(nameIn);
    const found = [...this.resources[kind]].filter(([name]) => wanted?.includes(name) ?? true);
    return { [`${kind}s`]: found.map(([, resource]) => resource) };
  }

  /** ARN of a queue given by its name or its ARN. */
  public queueArn(reference: string): string {
    return String(this.find('jobQueue', reference).resource.jobQueueArn);
  }

  /** Every registration under a name is a new revision. */
  public register(body: Resource): Resource {
    const request = readRequest(RegisterJobDefinition, body);
    const name = request.jobDefinitionName;
    const revision =
      1 + [...this.registered.values()].filter(({ jobDefinitionName }) => jobDefinitionName === name).length;
    const jobDefinitionArn = this.arn('job-definition', `${name}:${revision}`);
    this.registered.set(jobDefinitionArn, { ...request, jobDefinitionArn, revision, status: 'ACTIVE' });
    this.definitions.set(jobDefinitionArn, toJobDefinition(request));
    return { jobDefinitionName: name, jobDefinitionArn, revision };
  }

  public deregister(body: Resource): Resource {
    const definition = this.definition(readRequest(z.string(), body.jobDefinition));
    this.registered.set(definition.jobDefinitionArn, { ...definition, status: 'INACTIVE' });
    return {};
  }

  /** The revision that a name, `name:revision` or an ARN means; without a revision the latest active one. */
  public definition(reference: string): RegisteredDefinition {
    const [name, revision] = nameIn(reference).split(':');
    const found = [...this.registered.values()].findLast(
      (definition) =>
        definition.jobDefinitionName === name &&
        definition.status === 'ACTIVE' &&
        (revision === undefined || definition.revision === Number(revision)),
    );
    if (found === undefined) throw new ClientException(`JobDefinition ${reference} was not found or is not active.`);
    return found;
  }

  /** A revision that jobs were submitted with, active or not. */
  public revision(arn: string): RegisteredDefinition {
    return this.registered.get(arn)!;
  }

  public describeDefinitions(body: Resource): Resource {
    const { jobDefinitions, jobDefinitionName, status } = readRequest(
      z.object({ jobDefinitions: References, jobDefinitionName: z.string().optional(), status: z.string().optional() }),
      body,
    );
    const wanted = jobDefinitions?.map((reference) => this.definition(reference).jobDefinitionArn);
    const found = [...this.registered.values()].filter(
      (definition) =>
        (wanted?.includes(definition.jobDefinitionArn) ?? true) &&
        (jobDefinitionName === undefined || definition.jobDefinitionName === jobDefinitionName) &&
        (status === undefined || definition.status === status),
    );
    return { jobDefinitions: found };
  }

  private find(kind: Kind, reference: unknown): { name: string; resource: Resource } {
    const name = nameIn(readRequest(z.string(), reference));
    const resource = this.resources[kind].get(name);
    if (resource === undefined) throw new ClientException(`${kind} ${name} does not exist.`);
    return { name, resource };
  }
}
