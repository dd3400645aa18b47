import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCKERFILE, IMAGE_CONTEXT } from '../../infra/image-context.ts';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, DOCKERFILE), 'utf8');

describe("the worker's Dockerfile", () => {
  it('copies nothing that its build context does not hold', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    const context: readonly string[] = IMAGE_CONTEXT;
    const outside = copied
      .map((path) => path.replace(/\/$/, ''))
      .filter((path) => !context.some((known) => known === path || known.startsWith(`${path}/`)));
    expect(outside).toEqual([]);
  });

  it('gets the same files from a builder that is called by hand', () => {
    const lines = readFileSync(join(root, `${DOCKERFILE}.dockerignore`), 'utf8')
      .trim()
      .split('\n');
    const patterns = lines.filter((line) => !line.startsWith('#'));
    expect(patterns).toEqual(['*', ...IMAGE_CONTEXT.map((path) => `!${path}`)]);
  });

  it('has every source file of its build context in this project', () => {
    const sources = IMAGE_CONTEXT.filter((path) => !path.startsWith('dist/'));
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('stands on a base that nobody can change unnoticed', () => {
    expect(dockerfile).toMatch(/^ARG BASE=node:22\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/m);
  });
});
