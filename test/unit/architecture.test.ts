import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What the files of a folder may import beside libraries and their own folder: paths from the root. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
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
  '@aws-sdk/client-sfn': /^cli\/aws\//,
  '@aws-sdk/client-batch': /^cli\/aws\//,
  'aws-cdk-lib': /^infra\//,
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
    expect(faultsOf('infra/jobs.ts', "import { JOB_KINDS } from '../core/contracts/job.ts';")).toEqual([]);
    expect(faultsOf('infra/jobs.ts', "import { fit } from '../core/train/fit-net.ts';")).toHaveLength(1);
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
