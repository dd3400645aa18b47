import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesIn, parseLine } from '../../support/commands.ts';

const root = join(import.meta.dirname, '../../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);

describe('commands in the documents', () => {
  it.each(pages)('%s has none that the program would refuse', async (page) => {
    // An ellipsis says that something is left out.
    const lines = linesIn(readFileSync(join(root, page), 'utf8')).filter((line) => !line.includes('…'));
    for (const line of lines) await expect(parseLine(line), line).resolves.toHaveProperty('command');
  });

  it('are found at all', () => {
    expect(linesIn(readFileSync(join(root, 'README.md'), 'utf8')).length).toBeGreaterThan(3);
  });
});
