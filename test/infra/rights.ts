import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}
interface Document {
  readonly Statement: Statement[];
}

const several = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** A logical id without the hash that CDK adds. */
const named = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

/** A resource in one line: references in angle brackets, the account's own ARNs without their boilerplate. */
export const written = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[name, argument] = []] = Object.entries(value as Record<string, unknown>);
  const parts = argument as unknown[];
  if (name === 'Ref') return `<${named(String(argument))}>`;
  if (name === 'Fn::GetAtt') return `<${named(String(parts[0]))}.${String(parts[1])}>`;
  if (name === 'Fn::Select') return written((parts[1] as { 'Fn::Split': [string, unknown] })['Fn::Split'][1]);
  if (name !== 'Fn::Join') return JSON.stringify(value);
  const joined = (parts[1] as unknown[]).map(written).join(String(parts[0]));
  return joined.replace(/^arn:<AWS::Partition>:(\w+):<AWS::Region>:<AWS::AccountId>:/, '$1 ');
};

const linesOf = (who: string, { Statement }: Document): string[] =>
  Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
    several(Action).flatMap((action) =>
      several(Resource).map((resource) =>
        [
          `${who}: ${Effect === 'Allow' ? '' : `${Effect} `}${action}`,
          `on ${written(resource)}`,
          ...(Condition === undefined ? [] : [`if ${JSON.stringify(Condition)}`]),
        ].join(' '),
      ),
    ),
  );

const documents = (template: Template, type: string): [string, Record<string, unknown>][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
    named(id),
    Properties as Record<string, unknown>,
  ]);

/** Every right of every role, a line for each action on each resource. */
export const rightsIn = (template: Template): string[] => {
  const ofRoles = documents(template, 'AWS::IAM::Policy').flatMap(([, { Roles, PolicyDocument }]) =>
    (Roles as { Ref: string }[]).flatMap(({ Ref }) => linesOf(named(Ref), PolicyDocument as Document)),
  );
  const managed = documents(template, 'AWS::IAM::ManagedPolicy').flatMap(([id, { PolicyDocument }]) =>
    linesOf(id, PolicyDocument as Document),
  );
  const attached = documents(template, 'AWS::IAM::Role').flatMap(([id, { ManagedPolicyArns, Policies }]) => [
    ...several(ManagedPolicyArns ?? []).map((arn) => `${id}: has ${written(arn)}`),
    ...several((Policies ?? []) as { PolicyDocument: Document }[]).flatMap(({ PolicyDocument }) =>
      linesOf(id, PolicyDocument),
    ),
  ]);
  return [...new Set([...ofRoles, ...managed, ...attached])].sort();
};

/** Who may take each role. */
export const trustIn = (template: Template): string[] =>
  documents(template, 'AWS::IAM::Role')
    .flatMap(([id, { AssumeRolePolicyDocument }]) =>
      (AssumeRolePolicyDocument as Document).Statement.map(({ Principal }) => `${id}: ${JSON.stringify(Principal)}`),
    )
    .sort();
