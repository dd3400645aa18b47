import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings } from '../../infra/settings.ts';
import { OmnidistillStack } from '../../infra/stack.ts';
import { resolveIntrinsics } from '../../local/cloudformation/cloudformation-intrinsics.ts';
import * as asl from '../../local/step-functions/definition.ts';

const cdkJson = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** Synthesised by settings: a template only names what is uploaded, and no test changes it. */
const templates = new Map<string, Template>();

/** The stack of cdk.json with the given settings in place of its own; a process synthesises each of them once. */
export const templateWith = (settings: unknown = {}): Template => {
  const key = JSON.stringify(settings);
  const template = templates.get(key) ?? withStack(settings, ({ stack }) => Template.fromStack(stack));
  templates.set(key, template);
  return template;
};

/** Lends the app of cdk.json with the given settings in place of its own, not yet synthesised. */
export const withStack = <T>(settings: unknown, use: (given: { app: App; stack: OmnidistillStack }) => T): T => {
  const projectRoot = builtProject();
  try {
    const app = new App({ context: cdkJson.context, outdir: join(projectRoot, 'cdk.out') });
    return use({
      app,
      stack: new OmnidistillStack(app, 'Omnidistill', { settings: readSettings(settings), projectRoot }),
    });
  } finally {
    rmSync(projectRoot, { recursive: true });
  }
};

/** A project as `npm run build` leaves it, without what is inside. */
function builtProject(): string {
  const root = mkdtempSync(join(tmpdir(), 'omnidistill-infra-'));
  for (const name of ['plan', 'aggregate', 'decide', 'publish', 'refuse', 'unblock']) {
    mkdirSync(join(root, 'dist/functions', name), { recursive: true });
    writeFileSync(join(root, 'dist/functions', name, 'index.mjs'), `export const handler = async () => '${name}';`);
  }
  mkdirSync(join(root, 'containers/worker'), { recursive: true });
  writeFileSync(join(root, 'containers/worker/Dockerfile'), 'FROM scratch');
  return root;
}

/** A state of Amazon States Language, as far as the tests look into it. */
export interface State extends asl.State {
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Parameters?: Record<string, unknown>;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly MaxConcurrency?: number;
  readonly TimeoutSeconds?: number;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly Record<string, unknown>[];
  readonly Catch?: readonly { readonly ErrorEquals: string[]; readonly ResultPath: null; readonly Next: string }[];
  readonly ItemProcessor?: Definition & { readonly ProcessorConfig: Record<string, string> };
}
export interface Definition extends asl.Definition {
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

/** The state machine's definition, with the ARNs of the local runner in place of real ones. */
export const definitionIn = (template: Template): Definition => {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const { DefinitionString } = (machine as { Properties: { DefinitionString: unknown } }).Properties;
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
  return JSON.parse(resolveIntrinsics(DefinitionString, Resources) as string);
};

/** Every state with its name, those inside maps too. */
export const statesIn = (definition: Definition): [string, State][] => asl.allStates(definition) as [string, State][];
