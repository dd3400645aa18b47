import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { VARIABLE } from '../core/contracts/environment.ts';
import { BACKENDS, type BackendName } from '../core/contracts/stats.ts';
import { EXIT_CODE } from '../core/errors.ts';
import { forcedBackend } from '../core/tensor/backend/name.ts';
import { print } from './terminal.ts';

interface DoctorFlags {
  readonly json?: boolean;
  readonly measure?: BackendName | 'auto';
}

/** `omnidistill doctor`: exit code 0 where at least one backend works. */
export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('show what computes here and how fast, and what is missing with the command that helps')
    .option('--json', 'print the report as JSON')
    .addOption(new Option('--measure <backend>').choices(['auto', ...BACKENDS]).hideHelp())
    .action(({ json = false, measure }: DoctorFlags) =>
      measure === undefined ? printReport(json) : printMeasurement(measure),
    );
};

async function printReport(json: boolean): Promise<void> {
  const { DoctorReport } = await import('./doctor/contract.ts');
  const { examine } = await import('./doctor/examine.ts');
  const { doctorLines } = await import('./doctor/print.ts');
  const report = DoctorReport.parse(await examine({ threads: jobThreads() }));
  print(json ? JSON.stringify(report, null, 2) : doctorLines(report).join('\n'));
  if (!report.backends.some(({ works }) => works)) process.exitCode = EXIT_CODE.failure;
}

async function printMeasurement(name: BackendName | 'auto'): Promise<void> {
  const { measureBackend } = await import('./doctor/measure.ts');
  const forced = name === 'auto' ? forcedBackend(process.env[VARIABLE.backend], VARIABLE.backend) : name;
  process.stdout.write(`${JSON.stringify(await measureBackend(forced, jobThreads()))}\n`);
}

/** Threads of a job, as the local runner gives them: one, unless a variable says otherwise. */
function jobThreads(): number {
  const threads = Number(process.env[VARIABLE.threads]);
  return Number.isInteger(threads) && threads > 0 ? Math.min(threads, availableParallelism()) : 1;
}
