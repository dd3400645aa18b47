import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesIn, parseLine } from '../../support/commands.ts';

const root = join(import.meta.dirname, '../../..');
const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');
const blocks = (text: string): string[] =>
  [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, body]) => body!.trim());

describe('docs/tutorial.md', () => {
  const [first = ''] = blocks(page('tutorial.md'));

  it('leads from a clone to a prediction in five commands', () => {
    const commands = first.split('\n');
    expect(commands.length).toBeLessThanOrEqual(5);
    expect(commands[0]).toBe('npm ci');
    expect(commands.at(-1)).toMatch(/^npx omnidistill predict /);
  });

  it('predicts by what it has made: the model is the folder and the id of its run', async () => {
    const [run, predict] = await Promise.all(linesIn(first).map(parseLine));
    expect(predict!.args[0]).toBe(join(String(run!.flags.out), 'runs', String(run!.flags.runId)));
  });
});

describe('docs/tutorial-aws.md', () => {
  it('names one run throughout, and pulls what it predicts by', async () => {
    const lines = await Promise.all(linesIn(page('tutorial-aws.md')).map(parseLine));
    const of = (name: string) => lines.filter(({ command }) => command === name);
    for (const { flags } of of('start')) expect(flags.runId).toBe('first');
    for (const { args } of [...of('watch'), ...of('pull')]) expect(args[0]).toBe('first');
    expect(of('predict')[0]!.args[0]).toBe(join(String(of('pull')[0]!.flags.out), 'runs/first/release'));
  });

  it('says that it was never run in an account', () => {
    expect(page('tutorial-aws.md')).toMatch(/No command of this page was run in an AWS\s+account/);
  });
});
