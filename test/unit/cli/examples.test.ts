import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { linesIn, parseLine } from '../../support/commands.ts';

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
};
const examples = createProgram().commands.map((command) => [command.name(), linesIn(helpOf(command))] as const);

describe('examples of the help', () => {
  it.each(examples)('%s --help has one that can be pasted', async (name, lines) => {
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(await parseLine(line), line).toMatchObject({ command: name });
  });

  it('are told from lines that the program would refuse', async () => {
    await expect(parseLine('npx omnidistill run --labelled a --pool b --out c')).rejects.toThrow('--benchmark');
    await expect(parseLine('npx omnidistill watch first --intervall 3')).rejects.toThrow('--intervall');
  });
});
