import type { Command } from 'commander';
import { EXIT_CODE, messageOf } from '../../core/errors.ts';
import { count } from '../../core/text/format.ts';
import { inputOptions, uiOption } from '../flags.ts';
import { type InputFlags, inputFromFlags } from '../input.ts';
import { positive, whole } from '../numbers.ts';
import { Interrupted } from '../run.ts';
import { print, terminalOn } from '../terminal.ts';
import { toPoolUri } from '../uri.ts';
import type { CostFlags } from './cost.ts';
import { type AwsFlags, awsOptions, openTarget } from './options.ts';
import type { RedriveOptions } from './redrive.ts';

const GROUP = 'On AWS:';

/** Adds the commands that work on the deployed stack. */
export const addAwsCommands = (program: Command): void => {
  for (const add of [addStart, addWatch, addStop, addRedrive, addRuns, addPull, addCost]) add(program);
};

// The SDKs take a quarter of a second to load, which no other command should wait for.
function addStart(program: Command): void {
  const command = program
    .command('start')
    .helpGroup(GROUP)
    .description('start a run; what lies on this machine is uploaded first')
    .option('--run-id <id>', 'name of the run (default: date and time)')
    .option('--dry-run', 'say what would be uploaded and what not, and start nothing');
  awsOptions(inputOptions(command)).action(
    async (flags: InputFlags & AwsFlags & { runId?: string; dryRun?: boolean }) => {
      const { startRun } = await import('./start.ts');
      const input = await inputFromFlags(flags);
      const terminal = terminalOn(process.stderr, process.env);
      const runId = await startRun(await openTarget(flags), {
        input,
        runId: flags.runId,
        dryRun: flags.dryRun,
        say: (line) => {
          terminal.end();
          print(line);
        },
        progress: (line) => terminal.show([line]),
      });
      if (flags.dryRun !== true)
        print(`Go on with:\n  npx omnidistill watch ${runId}\n  npx omnidistill pull ${runId}`);
    },
  );
}

function addWatch(program: Command): void {
  const command = program
    .command('watch')
    .helpGroup(GROUP)
    .description('show a run until it ends: stages, shards, queues, cost so far')
    .argument('<run>', 'the run id')
    .option('--interval <seconds>', 'time between two looks', positive, 5)
    .addOption(uiOption());
  awsOptions(command).action(async (runId: string, flags: AwsFlags & { interval: number; ui?: number }) => {
    const { watchRun } = await import('./watch.ts');
    const stop = new AbortController();
    const onInterrupt = (): void => stop.abort();
    process.on('SIGINT', onInterrupt);
    const terminal = terminalOn(process.stderr, process.env);
    const page =
      flags.ui === undefined ? undefined : await (await import('./watch-page.ts')).openWatchedPage(runId, flags.ui);
    try {
      const lines = await watchRun(await openTarget(flags), {
        name: runId,
        intervalMs: flags.interval * 1000,
        show: terminal.show,
        onView: page?.onView,
        signal: stop.signal,
      });
      if (stop.signal.aborted) {
        throw new Interrupted(`No longer watching; the run goes on. \`npx omnidistill stop ${runId}\` would stop it.`);
      }
      await page?.end({ state: 'done' });
      for (const line of lines) print(line);
    } catch (error) {
      await page?.end({ state: 'failed', error: messageOf(error) });
      throw error;
    } finally {
      terminal.end();
      process.off('SIGINT', onInterrupt);
    }
  });
}

function addStop(program: Command): void {
  const command = program
    .command('stop')
    .helpGroup(GROUP)
    .description('stop a run and all its jobs; what is done is kept')
    .argument('<run>', 'the run id');
  awsOptions(command).action(async (runId: string, flags: AwsFlags) => {
    const { stopRun } = await import('./stop.ts');
    await stopRun(await openTarget(flags), runId, print);
  });
}

function addRedrive(program: Command): void {
  const command = program
    .command('redrive')
    .helpGroup(GROUP)
    .description('go on with a run that failed or was stopped, after what is done')
    .argument('<run>', 'the run id')
    .option('--even-if-harmful', 'also where the mined images were found to do harm')
    .option(
      '--from-start',
      'through all states, as after something of the run was deleted; what is done is not done again',
    );
  awsOptions(command).action(async (runId: string, flags: AwsFlags & RedriveOptions) => {
    const { redriveRun } = await import('./redrive.ts');
    await redriveRun(await openTarget(flags), runId, print, flags);
  });
}

function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .helpGroup(GROUP)
    .description('list the runs, the newest first')
    .option('--limit <n>', 'how many', whole(1), 20)
    .option('--json', 'as JSON');
  awsOptions(command).action(async (flags: AwsFlags & { limit: number; json?: boolean }) => {
    const { listRuns, runLines } = await import('./runs.ts');
    const rows = await listRuns(await openTarget(flags), flags.limit);
    print(flags.json ? JSON.stringify(rows, null, 2) : runLines(rows).join('\n'));
  });
}

function addPull(program: Command): void {
  const command = program
    .command('pull')
    .helpGroup(GROUP)
    .description("bring a run's release and report here and check every file")
    .argument('<run>', 'the run id')
    .option('--out <dir>', 'folder that gets runs/<run>', '.')
    .option('--all', 'everything that the run wrote, models and mined set too');
  awsOptions(command).action(async (runId: string, flags: AwsFlags & { out: string; all?: boolean }) => {
    const { pullRun } = await import('./pull.ts');
    const terminal = terminalOn(process.stderr, process.env);
    const pulled = await pullRun(await openTarget(flags), {
      name: runId,
      out: flags.out,
      all: flags.all === true,
      onFile: (done, total, bytes) =>
        terminal.show([`${count(done)} of ${count(total)} files, ${count(bytes / 1e6)} MB`]),
    }).finally(() => terminal.end());
    print(
      `${count(pulled.files)} files in ${flags.out}/runs/${pulled.runId}, ${count(pulled.downloaded)} of them pulled now.`,
    );
    for (const { line } of pulled.findings) print(line);
    if (pulled.findings.some(({ ok }) => !ok)) process.exitCode = EXIT_CODE.data;
  });
}

function addCost(program: Command): void {
  const command = program
    .command('cost')
    .helpGroup(GROUP)
    .description(
      'estimate what a run would cost, with every assumption; of a run that is done, compare it with what was used',
    )
    .argument('[run]', 'the run id')
    .option('--pool <dir>', 'count this pool; left out, the 5,822,653 faces of the paper')
    .option('--images <n>', 'images in the pool', whole(1))
    .option('--rate <n>', 'images a second of one mining job (default: as measured on a CPU)', positive)
    .option('--fixed-hours <n>', 'job hours of all other stages (default: as measured on a CPU)', positive)
    .option('--instance <type>', 'machine (default: "g4dn.xlarge")')
    .option('--hour-price <dollars>', 'its price on demand', positive)
    .option('--spot-share <n>', 'Spot price as a share of that (default: 0.4)', positive)
    .option('--jobs <n>', 'jobs at once (default: 16)', whole(1))
    .option('--other-region-gb <n>', 'gigabytes of the pool that lie in another Region', positive)
    .option('--json', 'as JSON');
  awsOptions(command).action(
    async (
      runId: string | undefined,
      { json, stack, region, ...flags }: Partial<CostFlags> & AwsFlags & { json?: boolean },
    ) => {
      const { costOf, DEFAULTS } = await import('./cost.ts');
      if (runId !== undefined) {
        const { costOfRun, runCostLines } = await import('./run-cost.ts');
        const used = await costOfRun(await openTarget({ stack, region }), runId, { ...DEFAULTS, ...flags });
        print(json ? JSON.stringify(used, null, 2) : runCostLines(used).join('\n'));
        return;
      }
      const { costLines } = await import('./cost-lines.ts');
      const pool = flags.pool === undefined ? {} : { pool: await toPoolUri(flags.pool, '--pool') };
      const cost = await costOf({ ...DEFAULTS, ...flags, ...pool });
      print(json ? JSON.stringify(cost, null, 2) : costLines(cost).join('\n'));
    },
  );
}
