import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigOverrides } from '../../../core/contracts/config.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { RunInput } from '../../../core/contracts/run-input.ts';
import { linesIn, parseLine } from '../../support/commands.ts';

const root = join(import.meta.dirname, '../../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')));
const jsonIn = (page: string): unknown[] =>
  [...textOf(page).matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) =>
    // Stands for the name of a bucket, which is in lower case.
    JSON.parse(text!.replaceAll('BUCKET', 'bucket')),
  );

describe('commands in the documents', () => {
  it.each(pages)('%s has none that the program would refuse', async (page) => {
    // An ellipsis says that something is left out.
    const lines = linesIn(textOf(page)).filter((line) => !line.includes('…'));
    for (const line of lines) await expect(parseLine(line), line).resolves.toHaveProperty('command');
  });

  it.each(pages)('%s calls no script of npm that is not there', (page) => {
    const called = [...textOf(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, script]) => script!);
    expect(called.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('are found at all', () => {
    expect(linesIn(textOf('README.md')).length).toBeGreaterThan(3);
  });
});

describe('JSON in the README', () => {
  it('is a config file and an execution input that a run takes', () => {
    const [config, input] = jsonIn('README.md');
    expect(() => resolveConfig('standard', ConfigOverrides.parse(config))).not.toThrow();
    expect(() => RunInput.parse(input)).not.toThrow();
  });
});
