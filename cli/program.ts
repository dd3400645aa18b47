import { Command, CommanderError, Option } from 'commander';
import { EXPORT_FORMATS } from '../core/contracts/export-formats.ts';
import { MODEL_FORMS } from '../core/contracts/model.ts';
import { LABELLED_FORMATS } from '../core/data/labelled/registry.ts';
import { POOL_FORMATS } from '../core/data/pool/registry.ts';
import { ConfigError, EXIT_CODE, messageOf } from '../core/errors.ts';
import { openStore } from '../core/store/open.ts';
import { addAwsCommands } from './aws/commands.ts';
import { backendOption } from './backend.ts';
import type { CompareFlags } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { addExamples } from './examples.ts';
import type { ExportFlags } from './export.ts';
import { inputOptions, uiOption } from './flags.ts';
import { gatherBenchmark, type InputFlags, inputFromFlags } from './input.ts';
import { whole } from './numbers.ts';
import type { PredictFlags } from './predict.ts';
import { ENGINES, Interrupted, type RunFlags, runAndReport, WORKER_IMAGE } from './run.ts';
import { print, terminalText } from './terminal.ts';
import { toUri } from './uri.ts';

/** What a shell expects of a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

/** The command line; parsing it runs the command. */
export const createProgram = (): Command => {
  const program = new Command('omnidistill')
    .description(
      'From a few labelled images and a large unlabelled pool to a mined set, a tiny distilled set\nand the proof of what each is worth.',
    )
    .version('0.1.0')
    .option('--verbose', 'print the stack of an error')
    .showHelpAfterError('(--help shows what is possible)')
    .configureHelp({ helpWidth: 100 })
    .exitOverride();
  addRun(program);
  addPredict(program);
  addCompare(program);
  addVerify(program);
  addExport(program);
  addDemo(program);
  addDoctor(program);
  addAwsCommands(program);
  addExamples(program);
  return program;
};

/**
 * Runs the command line and says how it ended.
 * @returns the process's exit code
 */
export const main = async (args: readonly string[]): Promise<number> => {
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODE.config;
    if (error instanceof Interrupted) {
      process.stderr.write(`${error.message}\n`);
      return INTERRUPTED;
    }
    const { name, exitCode } = error as { name?: string; exitCode?: number };
    process.stderr.write(`${name ?? 'Error'}: ${terminalText(messageOf(error))}\n`);
    if (program.opts().verbose && error instanceof Error) process.stderr.write(`${terminalText(error.stack ?? '')}\n`);
    return exitCode ?? EXIT_CODE.failure;
  }
};

const HELP_OF_RUN = `
A place is a path or s3://BUCKET/PREFIX. A labelled set (or a benchmark) is one of:
${LABELLED_FORMATS.map(({ about }) => `  - ${about}`).join('\n')}
Parts of it are picked by their splits after a #: faces.csv#Training, folder#train,validation. By itself a labelled set is the
training split of what has splits, and a benchmark the others.
A pool is a folder of any of these, one of them that holds many images, a pattern in quotes ('shards/{000..031}.tar',
'*.zip'), or a list of images or archives, a path a line (.txt, .lst, or a .csv with a column file):
${POOL_FORMATS.map(({ about }) => `  - ${about}`).join('\n')}`;

function addRun(program: Command): void {
  const command = program.command('run').description('run the whole workflow on this machine');
  inputOptions(command)
    .requiredOption('--out <dir>', 'folder for everything that the run writes')
    .addHelpText('after', HELP_OF_RUN);
  machineOptions(command).action(async (flags: InputFlags & RunFlags) => {
    await runAndReport(await inputFromFlags(flags), flags);
  });
}

const HELP_OF_PREDICT = `
MODEL is ${MODEL_FORMS}.
An input is an image, or whatever a pool may be (omnidistill run --help): a folder, a tar, a zip, Parquet, a list, s3://BUCKET/PREFIX.
Rows come as they are known, in the order of the inputs; what cannot be read is a row with its reason. Probabilities are calibrated.`;

function addPredict(program: Command): void {
  program
    .command('predict')
    .description('say what images show, by the student of a run or of a release')
    .argument('<model>', 'a run, a release, or a model of one')
    .argument('<inputs...>', 'images, or what holds many')
    .addOption(new Option('--csv', 'a table with the probability of every class').conflicts('json'))
    .option('--json', 'a JSON object a line')
    .option('--embedding', 'the embedding as well, with --csv or --json')
    .option('--ensemble', 'ask the nets of all seeds, which takes as many times as long')
    .addOption(backendOption('computes instead of onnxruntime, which is fastest where it can be loaded'))
    .addHelpText('after', HELP_OF_PREDICT)
    .action(async (model: string, inputs: string[], flags: PredictFlags) => {
      if (flags.embedding === true && flags.csv !== true && flags.json !== true) {
        throw new ConfigError('--embedding: a line for people has no room for it. Give --csv or --json as well.');
      }
      const { runPredict } = await import('./predict.ts');
      await runPredict(model, inputs, flags);
    });
}

const HELP_OF_COMPARE = `
A RUN is its folder (OUT/runs/ID), the folder that it writes to, or s3://BUCKET/runs/ID. Every run is compared with the first.

Examples:
  npx omnidistill compare first/runs/main second/runs/main
  npx omnidistill compare result/runs/a result/runs/b --html difference.html`;

function addCompare(program: Command): void {
  program
    .command('compare')
    .description('what differs between runs of one task: settings, and every arm with its interval')
    .argument('<runs...>', 'two or more runs that are done')
    .option('--json', 'as JSON')
    .option('--html <file>', 'also as a page in the style of the report')
    .addHelpText('after', HELP_OF_COMPARE)
    .action(async (runs: string[], flags: CompareFlags) => {
      const { runCompare } = await import('./compare.ts');
      await runCompare(runs, flags);
    });
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .description('re-hash every file of a release and evaluate its distilled set against the printed number')
    .argument('<release>', 'its folder, or s3://BUCKET/PREFIX')
    .option('--benchmark <name=dir>', 'where a benchmark lies now; repeat for more', gatherBenchmark, {})
    .action(async (release: string, { benchmark }: { benchmark: Record<string, string> }) => {
      const { verifyRelease } = await import('../core/publish/release/verify.ts');
      const store = openStore(await toUri(release, 'RELEASE'));
      const benchmarks: Record<string, string> = {};
      for (const [name, place] of Object.entries(benchmark)) {
        benchmarks[name] = await toUri(place, `--benchmark ${name}`);
      }
      const onProgress = (message: string): void => void process.stderr.write(`${terminalText(message)}\n`);
      const report = await verifyRelease(store, { benchmarks, onProgress });
      print(report.lines.join('\n'));
      if (!report.ok) process.exitCode = EXIT_CODE.data;
    });
}

const HELP_OF_EXPORT = `
RUN is a folder runs/<runId>, here or in S3, or the one that runs/ lies in. The pool has to lie where it lay when it was mined.`;

function addExport(program: Command): void {
  const formats = Object.entries(EXPORT_FORMATS).map(([name, { about }]) => `${name} (${about})`);
  program
    .command('export')
    .description('write what a run has found in other formats')
    .command('mined')
    .description("write the mined set as images, the pool's own bytes with label, score and hashes")
    .argument('<run>', 'the run')
    .addOption(
      new Option('--format <name>', formats.join(', ')).choices(Object.keys(EXPORT_FORMATS)).makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'an empty folder, or s3://BUCKET/PREFIX')
    .addHelpText('after', HELP_OF_EXPORT)
    .action(async (run: string, flags: ExportFlags) => {
      const { runExportMined } = await import('./export.ts');
      await runExportMined(run, flags);
    });
}

function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('render licence-free faces and run the whole workflow on them')
    .option('--out <dir>', 'folder for the faces and everything that the run writes', 'demo-output')
    .option('--seed <n>', 'seed of the faces and of the run', whole(0));
  machineOptions(command).action(async (flags: RunFlags & { seed?: number }) => {
    const { runDemo } = await import('./demo.ts');
    await runDemo(flags);
  });
}

function machineOptions(command: Command): Command {
  return command
    .addOption(backendOption())
    .addOption(new Option('--engine <name>', 'what a job runs in').choices(ENGINES).default('process'))
    .option('--image <name>', 'worker image of --engine docker; `npm run image` builds the default', WORKER_IMAGE)
    .option('--jobs <n>', 'jobs at once; left out, one a processor core', whole(1))
    .option('--run-id <id>', 'name of the run below OUT/runs; the same again goes on after what is done', 'main')
    .addOption(uiOption());
}
