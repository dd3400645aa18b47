import { TemplateError } from '../errors.ts';

/** A part of a template, before its intrinsic functions are resolved. */
export type Template = Readonly<Record<string, { readonly Type: string }>>;
/** Values of the template's parameters. */
export type Parameters = Readonly<Record<string, string>>;

/** Types whose `Ref` is an ARN; all others give a name. */
const REF_IS_ARN = [
  'AWS::Batch::ComputeEnvironment',
  'AWS::Batch::JobDefinition',
  'AWS::Batch::JobQueue',
  'AWS::Lambda::Version',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
];

const PSEUDO: Parameters = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::Region': 'local',
  'AWS::StackId': 'arn:aws:cloudformation:local:000000000000:stack/Omnidistill/local',
  'AWS::StackName': 'Omnidistill',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The logical id in an ARN of `localArn`. */
export const logicalIdOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** A stable ARN for a resource of the template: the same id gives the same ARN in every run. */
export const localArn = (type: string, id: string): string =>
  `arn:aws:${type.split('::')[1]!.toLowerCase()}:local:000000000000:${id}`;

/**
 * Resolves `Ref`, `Fn::GetAtt`, `Fn::Join` and pseudo parameters the way CloudFormation does, with local names and ARNs in
 * place of real ones. CDK writes no other function into what runs here.
 * @throws TemplateError that names the function or the reference that is not known
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export const resolveIntrinsics = (value: unknown, resources: Template, parameters: Parameters = {}): unknown => {
  const ref = (id: string): string => {
    const known = PSEUDO[id] ?? parameters[id];
    if (known !== undefined) return known;
    const type = resources[id]?.Type;
    if (type === undefined) throw new TemplateError(`The template refers to "${id}", which it does not define.`);
    return REF_IS_ARN.includes(type) ? localArn(type, id) : id.toLowerCase();
  };
  const attribute = (id: string, name: string): string => {
    const type = resources[id]?.Type;
    if (type === undefined) throw new TemplateError(`The template reads "${id}.${name}", which it does not define.`);
    return name.endsWith('Arn') ? localArn(type, id) : `${id}.${name}`;
  };
  const text = (part: unknown): string => {
    const resolved = walk(part);
    if (typeof resolved === 'string' || typeof resolved === 'number') return String(resolved);
    throw new TemplateError(`Text expected in the template. Received ${JSON.stringify(part)}.`);
  };
  const functions: Record<string, (argument: unknown) => unknown> = {
    Ref: (id) => ref(String(id)),
    'Fn::GetAtt': (argument) => {
      const [id, name] = argument as [string, string];
      return attribute(id, name);
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(text).join(separator);
    },
  };
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part);
    const [key, argument] = entries[0] ?? [];
    if (entries.length === 1 && (key === 'Ref' || key!.startsWith('Fn::'))) {
      const apply = functions[key!];
      if (apply === undefined) throw new TemplateError(`${key} in the template is not supported on this machine.`);
      return apply(argument);
    }
    return Object.fromEntries(entries.map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(value);
};
