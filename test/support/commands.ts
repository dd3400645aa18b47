import { createProgram } from '../../cli/program.ts';

/** The words of a line that a person would paste into a shell; what stands behind a `>` or a `#` comment goes to no program. */
export const wordsOf = (line: string): string[] => {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const end = words.findIndex((word) => word === '>' || word.startsWith('#'));
  return words.slice(0, end === -1 ? undefined : end).map((word) => word.replaceAll(/['"]/g, ''));
};

/** What the command line makes of a line. */
export interface Parsed {
  readonly command: string;
  readonly args: readonly unknown[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Parses a line with the program itself, and runs nothing.
 * @throws CommanderError for a command, an argument or a flag that is not there or is out of its range
 */
export const parseLine = async (line: string): Promise<Parsed> => {
  const program = createProgram().configureOutput({ writeErr: () => {} });
  let parsed: Parsed | undefined;
  for (const command of program.commands) {
    command.configureOutput({ writeErr: () => {} });
    // Of a command that only groups others, these are what does anything.
    for (const leaf of command.commands.length > 0 ? command.commands : [command]) {
      leaf.configureOutput({ writeErr: () => {} }).action((...given: unknown[]) => {
        parsed = { command: command.name(), args: given.slice(0, -2), flags: leaf.opts() };
      });
    }
  }
  const [npx, name, ...words] = wordsOf(line);
  if (npx !== 'npx' || name !== 'omnidistill') throw new Error(`No command of this program: ${line}`);
  await program.parseAsync(words, { from: 'user' });
  if (parsed === undefined) throw new Error(`Runs nothing: ${line}`);
  return parsed;
};

/** Every line of a text that calls the program. */
export const linesIn = (text: string): string[] =>
  text.split('\n').flatMap((line) => (/^\s*npx omnidistill \S/.test(line) ? [line.trim()] : []));
