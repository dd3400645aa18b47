import { dirname, join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { whole } from '../../cli/numbers.ts';
import { messageOf } from '../../core/errors.ts';
import { ROOT } from '../bundle.ts';
import { chooseTasks, FAMILIES, TASK_CHOICES } from './registry.ts';
import { type Outcome, type RunTaskOptions, runTask, writeTaskOnce } from './run-task.ts';
import { taskTables } from './tables.ts';
import { type BenchTask, TaskUnavailableError } from './task.ts';

/** Settings of `omnidistill run` that are handed on, the same to every task. */
const HANDED_ON = ['preset', 'config', 'seed', 'backend', 'jobs'] as const;

const list = Object.entries(FAMILIES).flatMap(([family, tasks]) => [
  `\n${family}:`,
  ...tasks.map(
    ({ name, about, closed }) => `  ${name.padEnd(16)}${about}${closed === true ? '; by its name alone' : ''}`,
  ),
]);
const program = new Command('bench:tasks')
  .description('Runs the workflow on many tasks, all with the same settings, and prints a table.')
  .addArgument(new Argument('[tasks...]', 'tasks or families; left out, all').choices(TASK_CHOICES))
  .option('--out <folder>', 'images and runs; what lies there is not done again', 'out/tasks')
  .option('--images-seed <n>', 'seed of what is drawn and of what is put into which part', whole(0), 0)
  .option('--even-if-harmful', 'as of "omnidistill run": else a pool that does harm ends its run', false)
  .option('--write-only', 'write the images and run nothing', false)
  .addOption(new Option('--faces <folder>', 'FER2013 and UTKFace').env('OMNIDISTILL_BENCH_FACES'))
  .addOption(new Option('--clothes <folder>', 'the files of Fashion-MNIST').env('OMNIDISTILL_BENCH_CLOTHES'))
  .addHelpText('after', list.join('\n'));
for (const name of HANDED_ON) program.option(`--${name} <value>`, 'as of "omnidistill run"');
program.parse();

interface Given {
  readonly out: string;
  readonly imagesSeed: number;
  readonly evenIfHarmful: boolean;
  readonly writeOnly: boolean;
  readonly faces?: string;
  readonly clothes?: string;
}
const given = program.opts<Given>();
const settings = program.opts<Partial<Record<(typeof HANDED_ON)[number], string>>>();
const options: RunTaskOptions = {
  out: given.out,
  seed: given.imagesSeed,
  places: { cache: join(ROOT, 'bench/.cache'), faces: given.faces, clothes: given.clothes },
  flags: [
    ...(given.evenIfHarmful ? ['--even-if-harmful'] : []),
    ...HANDED_ON.flatMap((name) => (settings[name] === undefined ? [] : [`--${name}`, settings[name]])),
  ],
};
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** @returns nothing where images alone are wanted */
const take = async (task: BenchTask): Promise<Outcome | undefined> => {
  try {
    const paths = await writeTaskOnce(task, options);
    say(`  images in ${dirname(paths.labelled)}`);
    return given.writeOnly ? undefined : await runTask(task, paths, options);
  } catch (error) {
    if (!(error instanceof TaskUnavailableError)) throw error;
    return { task, kind: 'skipped', because: error.message };
  }
};

try {
  const outcomes: Outcome[] = [];
  for (const task of chooseTasks(program.args)) {
    say(`${task.name}: ${task.about}`);
    const outcome = await take(task);
    if (outcome === undefined) continue;
    say(outcome.kind === 'done' ? '  done' : `  ${outcome.kind}: ${outcome.because}`);
    outcomes.push(outcome);
  }
  if (outcomes.length > 0) console.log(taskTables(outcomes));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
