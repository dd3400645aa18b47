import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const ROOMS = ['bin', 'cli', 'containers', 'core', 'functions', 'infra', 'local', 'localstack', 'scripts'];
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');

/** Sources with literals that go on in the next line as one. */
const sources = ROOMS.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => readFileSync(join(root, room, path), 'utf8').replaceAll(/['"`] \+\s+['"`]/g, '')),
);
const code = sources.join('\n');

/** What stands in backticks in the first cell of each row, below the headings of errors. */
const messages = page
  .slice(page.indexOf('\n## '))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, message]) => message!));

/** Parts of a message that are always the same, without what joins them to others. */
const partsOf = (message: string): string[] =>
  message
    .split('…')
    .map((part) => part.replaceAll(/^\W+|\W+$/g, ''))
    .filter((part) => part.length > 2);

describe('docs/troubleshooting.md', () => {
  it.each(messages)('quotes what the program says: %s', (message) => {
    expect(partsOf(message).filter((part) => !code.includes(part))).toEqual([]);
  });

  it('explains every named error, or a person would search in vain', () => {
    const names = sources.flatMap((source) =>
      [...source.matchAll(/^export class (\w+) extends \w*(?:Error|Exception)\b/gm)].map(([, name]) => name!),
    );
    expect(names.length).toBeGreaterThan(15);
    // Of no use as they are: the base of all, and the form in which one is passed on under another name.
    const explained = names.filter((name) => !['OmnidistillError', 'ReportedError', 'Interrupted'].includes(name));
    expect(explained.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('has a good part of all messages, and each once', () => {
    expect(messages.length).toBeGreaterThan(150);
    const quoted = messages.filter((message) => message.includes(' '));
    expect(quoted.filter((message, i) => quoted.indexOf(message) !== i)).toEqual([]);
  });
});
