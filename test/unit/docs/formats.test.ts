import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../../cli/program.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rows = read('docs/formats.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'));

/** Fields of schemas that hold nothing but a version: `formatVersion: z.literal(2)`. */
const versions = readdirSync(join(root, 'core'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) =>
    [...read(join('core', path)).matchAll(/\b(\w*[vV]ersion): z\.literal\((\d+)\)/g)].map(
      ([, field, version]) => [join('core', path), field!, version!] as const,
    ),
  );

describe('docs/formats.md', () => {
  it('lists every artifact that has a version, each with the one that is written', () => {
    expect(versions.length).toBeGreaterThan(3);
    const told = rows.flatMap((row) =>
      [...row.matchAll(/`(\w*[vV]ersion)` (\d+)/g)].map(([, ...both]) => both.join(' ')),
    );
    expect(told.sort()).toEqual(versions.map(([, field, version]) => `${field} ${version}`).sort());
  });
});

describe('CHANGELOG.md', () => {
  it('begins with the version that the package and the program have', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
    expect(createProgram().version()).toBe(version);
  });
});
