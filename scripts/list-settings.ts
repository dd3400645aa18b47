import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RunConfig } from '../core/contracts/config.ts';
import { METHODS } from '../core/contracts/methods.ts';
import { MINING_SCORES } from '../core/contracts/mining-scores.ts';
import { NETS } from '../core/contracts/nets.ts';
import { PRESETS, type Preset, resolveConfig } from '../core/contracts/presets.ts';
import { SELECTIONS } from '../core/contracts/selections.ts';
import { allowedBy, code } from './allowed-values.ts';

export const PAGE = join(import.meta.dirname, '../docs/settings.md');

/** A setting, or with `inside` a group of them. */
export interface Setting {
  readonly path: readonly string[];
  readonly meaning: string;
  readonly unit?: string | undefined;
  readonly schema: z.ZodType;
  readonly inside?: readonly Setting[] | undefined;
}

/** Everything that a run can be told, as the schema has it. */
export const settings = (object: z.ZodObject = RunConfig, path: readonly string[] = []): Setting[] =>
  Object.entries(object.shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const own = [...path, name];
    const value = innermost(schema);
    // What stands at the use of a schema goes before what stands at the schema.
    const { description = '', unit } = { ...value.meta(), ...schema.meta() };
    const inside = value instanceof z.ZodObject ? settings(value, own) : undefined;
    return { path: own, meaning: description, unit: unit as string | undefined, schema, inside };
  });

/** What stands inside defaults and what may be left out. */
function innermost(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? innermost(schema.unwrap() as z.ZodType)
    : schema;
}

/** What a run takes where nothing is said, in the standard preset and in those that differ. */
function defaultOf(setting: Setting): string {
  const [standard, ...others] = (['standard', ...PRESETS.filter((name) => name !== 'standard')] as const).map(
    (preset) => [preset, valueAt(preset, setting.path)] as const,
  );
  const told = standard![1] === undefined ? ofItself(setting) : code(standard![1]);
  const different = others.filter(([, value]) => JSON.stringify(value) !== JSON.stringify(standard![1]));
  return [told, ...different.map(([preset, value]) => `${preset}: ${code(value)}`)].join('; ');
}

function valueAt(preset: Preset, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    resolveConfig(preset),
  );
}

/** Of a setting that no preset gives. */
function ofItself({ schema }: Setting): string {
  if (schema instanceof z.ZodDefault) return code(schema.def.defaultValue);
  return schema instanceof z.ZodOptional ? 'none' : 'needed';
}

function row(setting: Setting): string {
  const { path, schema, unit = '', meaning } = setting;
  return `| ${[code(path.join('.')), defaultOf(setting), allowedBy(schema), unit, meaning].join(' | ')} |`;
}

function section(title: string, about: string, all: readonly Setting[]): string[] {
  const rows = all.filter(({ inside }) => inside === undefined).map(row);
  const head = ['| setting | default | allowed | unit | what |', '| --- | --- | --- | --- | --- |'];
  return [
    `## ${title}`,
    '',
    ...(about === '' ? [] : [about, '']),
    ...(rows.length === 0 ? [] : [...head, ...rows, '']),
  ];
}

function sections(all: readonly Setting[]): string[] {
  return all.flatMap(({ path, meaning, inside }) =>
    inside === undefined ? [] : [...section(path.join('.'), meaning, inside), ...sections(inside)],
  );
}

/** Settings that name an entry of a table. */
const NAMED: Readonly<Record<string, Readonly<Record<string, { readonly about: string }>>>> = {
  'net.name': NETS,
  'mining.score': MINING_SCORES,
  'mining.selection': SELECTIONS,
  'distill.methods': METHODS,
};

function names(path: string, entries: Readonly<Record<string, { readonly about: string }>>): string[] {
  const rows = Object.entries(entries).map(([name, { about }]) => `| ${code(name)} | ${about} |`);
  return [`## Names of ${path}`, '', '| name | what |', '| --- | --- |', ...rows, ''];
}

/** The page, from the schemas and the presets. */
export const settingsPage = (): string => {
  const all = settings();
  return [
    '# Settings of a run',
    '',
    '<!-- Written by `npx tsx scripts/list-settings.ts` from core/contracts/config.ts and presets.ts. -->',
    '',
    'Everything that `--config FILE` (on AWS, `config` of the execution input) can say. A field that is given wins over the',
    'preset; a list is replaced whole. What is unknown or out of its range ends the run before anything is computed, with the name of the field.',
    'Defaults are those of `--preset standard`; where `quick` or `full` differ it is said. The settings of the stack on AWS',
    'are [others](aws.md#settings).',
    '',
    '```json',
    '{ "seeds": 3, "mining": { "topFraction": 0.1, "gate": { "on": false } }, "student": { "net": { "width": 64 } } }',
    '```',
    '',
    ...section('The run', '', all),
    ...sections(all),
    ...Object.entries(NAMED).flatMap(([path, entries]) => names(path, entries)),
  ].join('\n');
};

if (process.argv[1] === import.meta.filename) writeFileSync(PAGE, settingsPage());
