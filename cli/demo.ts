import { join, resolve } from 'node:path';
import { fileError } from '../core/store/file-errors.ts';
import { writeDemo } from '../demo/faces.ts';
import { projectFolder } from '../local/cloudformation/assembly.ts';
import { inputFromFlags } from './input.ts';
import { type RunFlags, runAndReport } from './run.ts';
import { print } from './terminal.ts';

/** Renders the demo's faces and runs the workflow on them. */
export const runDemo = async (flags: RunFlags & { readonly seed?: number | undefined }): Promise<void> => {
  const out = resolve(flags.out);
  process.stderr.write(`Rendering faces into ${join(out, 'data')} …\n`);
  const drawn = writeDemo(join(out, 'data'), flags.seed === undefined ? {} : { seed: flags.seed });
  const data = await drawn.catch((error: unknown) => {
    throw fileError(error, out);
  });
  const input = await inputFromFlags({
    labelled: data.labelled,
    pool: data.pool,
    benchmark: { demo: data.benchmark },
    poolAudit: data.audit,
    config: join(projectFolder(), 'demo', 'config.json'),
    seed: flags.seed,
  });
  const report = await runAndReport(input, flags);
  print(`\nOpen the report: ${report}`);
};
