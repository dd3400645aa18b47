import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLE } from '../../core/contracts/environment.ts';
import { PARAMETERS } from '../../core/contracts/job-parameters.ts';
import { OUTPUT } from '../../core/contracts/outputs.ts';
import { isMapStep, STEPS } from '../../core/contracts/workflow.ts';

const root = resolve(import.meta.dirname, '../..');

/** What the files of a folder may import beside libraries and their own folder: paths from the root. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  browser: ['core/'],
  containers: ['core/'],
  functions: ['core/'],
  // Exit codes are a contract, too: the job definitions' retry rules match on them.
  infra: ['core/contracts/', 'core/errors.ts'],
  local: ['core/', 'functions/', 'containers/'],
  demo: ['core/', 'local/'],
  cli: ['core/', 'local/', 'demo/'],
  localstack: ['core/', 'local/', 'demo/'],
};

/** Libraries that one place alone may use. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  '@aws-sdk/client-s3': /^(core\/store|cli\/aws)\//,
  '@aws-sdk/client-cloudformation': /^cli\/aws\//,
  '@aws-sdk/lib-storage': /^cli\/aws\//,
  '@aws-sdk/client-sfn': /^(cli\/aws|functions)\//,
  '@aws-sdk/client-batch': /^(cli\/aws|core\/queues)\/|^functions\/unblock\.ts$/,
  'aws-cdk-lib': /^infra\//,
  'onnxruntime-node': /^core\/(tensor|backbone\/runtimes)\//,
  '@tensorflow/tfjs-converter': /^core\/backbone\/runtimes\//,
  '@tensorflow/tfjs-layers': /^core\/backbone\/runtimes\//,
  'aws-local-stepfunctions': /^local\//,
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g;

/** What is wrong with the imports of one file: nothing, or a sentence for each. */
const faultsOf = (file: string, source: string): string[] => {
  const room = file.split('/')[0]!;
  return [...source.matchAll(IMPORT)].flatMap(([, , imported]) => {
    const name = imported!;
    if (name.startsWith('.')) {
      const target = relative(root, resolve(root, dirname(file), name));
      const allowed = [`${room}/`, ...MAY_IMPORT[room]!].some((start) => target.startsWith(start));
      return allowed ? [] : [`${file} must not import ${target}.`];
    }
    const library = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/');
    const place = ONLY_IN[library];
    return place === undefined || place.test(file) ? [] : [`${file} must not import ${library}.`];
  });
};

const filesOf = (room: string): string[] =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${room}/${path}`);

describe('what may import what', () => {
  it.each(Object.keys(MAY_IMPORT))('%s imports only what the architecture lets it', (room) => {
    const files = filesOf(room);
    expect(files).not.toEqual([]);
    expect(files.flatMap((file) => faultsOf(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ["import { a } from '../../local/run.ts';", 'core/plan/a.ts must not import local/run.ts.'],
    ["export * from '../../functions/plan.ts';", 'core/plan/a.ts must not import functions/plan.ts.'],
    ["const a = await import('../../cli/main.ts');", 'core/plan/a.ts must not import cli/main.ts.'],
    ["import type { S3Client } from '@aws-sdk/client-s3';", 'core/plan/a.ts must not import @aws-sdk/client-s3.'],
    ["import { App } from 'aws-cdk-lib/core';", 'core/plan/a.ts must not import aws-cdk-lib.'],
  ])('notices %s', (source, fault) => {
    expect(faultsOf('core/plan/a.ts', source)).toEqual([fault]);
  });

  it('lets the infrastructure see contracts, and no other part of the core', () => {
    expect(faultsOf('infra/jobs.ts', "import { JOB_KINDS } from '../core/contracts/stages.ts';")).toEqual([]);
    expect(faultsOf('infra/jobs.ts', "import { fit } from '../core/train/fit-net.ts';")).toHaveLength(1);
  });
});

/** What the rooms of the core may import beside `errors.ts` and themselves, from the ground up. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  text: ['contracts'],
  queues: [],
  format: [],
  store: ['contracts'],
  tensor: ['contracts', 'format'],
  data: ['contracts', 'format', 'store', 'tensor'],
  nets: ['contracts', 'data', 'format', 'tensor'],
  gate: ['contracts', 'data', 'format'],
  exchange: ['format', 'nets', 'tensor'],
  inference: ['data', 'exchange', 'nets', 'tensor'],
  copies: ['contracts', 'data', 'gate', 'tensor'],
  backbone: ['contracts', 'data', 'format', 'nets', 'store', 'tensor'],
  statistics: ['contracts', 'nets', 'tensor'],
  artifacts: ['backbone', 'contracts', 'copies', 'data', 'format', 'gate', 'nets', 'store'],
  run: ['artifacts', 'contracts', 'format', 'store'],
  plan: ['artifacts', 'backbone', 'contracts', 'data', 'store'],
  classify: [
    ...['artifacts', 'contracts', 'data', 'exchange', 'format', 'inference', 'nets', 'plan', 'statistics', 'store'],
    'tensor',
  ],
  prepare: [
    'artifacts',
    'backbone',
    'contracts',
    'copies',
    'data',
    'gate',
    'run',
    'statistics',
    'store',
    'tensor',
    'text',
  ],
  train: [
    'artifacts',
    'backbone',
    'contracts',
    'data',
    'format',
    'gate',
    'inference',
    'nets',
    'run',
    'statistics',
    'store',
    'tensor',
  ],
  mine: [
    ...['artifacts', 'backbone', 'contracts', 'copies', 'data', 'gate', 'inference', 'nets'],
    ...['run', 'statistics', 'store'],
  ],
  aggregate: ['artifacts', 'contracts', 'copies', 'data', 'mine', 'run', 'statistics', 'store', 'tensor'],
  bank: ['artifacts', 'contracts', 'data', 'format', 'inference', 'nets', 'run', 'tensor', 'train'],
  distill: ['artifacts', 'bank', 'contracts', 'data', 'inference', 'nets', 'run', 'tensor', 'train'],
  evaluate: [
    ...['artifacts', 'backbone', 'bank', 'contracts', 'data', 'distill', 'format', 'nets', 'run'],
    ...['statistics', 'store', 'tensor', 'train'],
  ],
  privacy: [...['artifacts', 'contracts', 'data', 'distill', 'evaluate', 'nets', 'run', 'statistics', 'tensor']],
  verdict: [
    ...['artifacts', 'contracts', 'data', 'evaluate', 'inference', 'mine', 'nets', 'run', 'statistics', 'store'],
    ...['tensor', 'text', 'train'],
  ],
  publish: [
    ...['artifacts', 'classify', 'contracts', 'data', 'evaluate', 'exchange', 'format', 'inference', 'nets', 'run'],
    ...['statistics', 'store', 'tensor', 'text', 'train'],
  ],
};

/** Files that belong to no room: any may use them. */
const GROUND = ['aws-errors.ts', 'errors.ts', 'map-in-order.ts'];

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)]
    .map(([, , name]) => name!)
    .filter((name) => name.startsWith('.') && name.endsWith('.ts'))
    .map((name) => relative(root, resolve(root, dirname(file), name)));

const roomOf = (file: string): string => file.split('/')[1]!;

describe('the rooms of the core', () => {
  it.each(Object.entries(ROOMS))('%s imports only what lies below it', (room, below) => {
    const files = filesOf(`core/${room}`);
    expect(files).not.toEqual([]);
    const allowed = [room, ...below, ...GROUND];
    const upward = files.flatMap((file) =>
      importsOf(file).flatMap((target) => (allowed.includes(roomOf(target)) ? [] : [`${file} imports ${target}`])),
    );
    expect(upward).toEqual([]);
  });

  it('are all in the table, whose order is that of the floors', () => {
    const entries = readdirSync(join(root, 'core'));
    expect(entries.sort()).toEqual([...Object.keys(ROOMS), ...GROUND].sort());
    const floors = Object.keys(ROOMS);
    for (const [floor, room] of floors.entries()) {
      for (const below of ROOMS[room]!) expect(floors.indexOf(below), `${below} is below ${room}`).toBeLessThan(floor);
    }
  });
});

describe('imports', () => {
  it('go in no circle, or a file could be loaded before what it needs', () => {
    const files = Object.keys(MAY_IMPORT).flatMap(filesOf);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of importsOf(file)) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(files.length).toBeGreaterThan(200);
    expect(circles).toEqual([]);
  });
});

/** A file's code: comments may name anything. */
const codeOf = (file: string): string =>
  readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, '');

describe('a name that several rooms share', () => {
  const everywhere = Object.keys(MAY_IMPORT).flatMap(filesOf);
  const states = STEPS.flatMap((step) => (isMapStep(step) ? [step.state, step.each] : [step.state]));
  const variables = [...Object.values(VARIABLE), ...Object.values(PARAMETERS).map(({ variable }) => variable)];

  it.each([
    [
      'object of a run',
      /['`/](?!package|cdk|build|config|outputs)[\w-]+\.(jsonl?|parquet|safetensors|png|html)['`]|['"`]_SUCCESS/,
      /^core\/artifacts\//,
    ],
    [
      'output of the stack',
      new RegExp(`['"\`](${Object.values(OUTPUT).join('|')})['"\`]`),
      /^core\/contracts\/outputs\.ts$/,
    ],
    ['state of the workflow', new RegExp(`['"\`](${states.join('|')})['"\`]`), /^core\/contracts\/workflow\.ts$/],
    [
      'variable of the environment',
      new RegExp(`\\b(${variables.join('|')})\\b`),
      /^core\/contracts\/(environment|job-parameters)\.ts$/,
    ],
  ])('is written in one place: %s', (_, name, place) => {
    const elsewhere = everywhere.filter((file) => !place.test(file) && name.test(codeOf(file)));
    expect(elsewhere).toEqual([]);
    expect(everywhere.filter((file) => place.test(file) && name.test(codeOf(file)))).not.toEqual([]);
  });
});

describe('the core', () => {
  it('writes nothing to the console: what is worth saying is returned, thrown or reported', () => {
    const talking = filesOf('core').filter((file) =>
      /\bconsole\.\w+\(|process\.std(out|err)/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(talking).toEqual([]);
  });
});
