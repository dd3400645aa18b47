import { execFile } from 'node:child_process';
import type { BackendName } from '../../core/contracts/stats.ts';
import { messageOf } from '../../core/errors.ts';
import { Measurement, type Problem } from './contract.ts';

/** Measures a backend, or what the environment and the machine choose where none is named. */
export type Measure = (forced: BackendName | undefined) => Promise<Measurement | Problem>;

/** Runs this program again as `doctor --measure NAME`: a process never holds two backends, and survives none's crash. */
export const measureInChild: Measure = (forced) =>
  new Promise((resolve) => {
    const args = [...process.execArgv, process.argv[1]!, 'doctor', '--measure', forced ?? 'auto'];
    execFile(process.execPath, args, { timeout: 120_000 }, (error, stdout, stderr) => {
      // A person who asks TensorFlow to talk wants to read it.
      if (process.env.TF_CPP_MIN_LOG_LEVEL === '0') process.stderr.write(stderr);
      if (error !== null) return resolve({ problem: problemOf(error, stderr) });
      try {
        resolve(Measurement.parse(JSON.parse(stdout)));
      } catch (cause) {
        resolve({ problem: `its process printed no measurement: ${messageOf(cause)}` });
      }
    });
  });

/** How a process says that it was ended, and the last line of what it wrote to standard error. */
function problemOf(error: Error & { signal?: string | null; killed?: boolean }, stderr: string): string {
  if (error.killed) return 'it did not answer in two minutes';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.findLast((line) => /^\w*Error: /.test(line)) ?? lines.at(-1);
  if (error.signal) return `its process was ended by ${error.signal}${said === undefined ? '' : `: ${said}`}`;
  return said?.replace(/^ConfigError: /, '') ?? messageOf(error);
}
