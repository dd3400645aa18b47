import { join, resolve } from 'node:path';
import { writeDemo } from '../demo/faces.ts';
import { projectFolder } from '../local/cloudformation/assembly.ts';
import { inputFromFlags } from './input.ts';
import { type RunFlags, runAndReport } from './run.ts';

/** Renders the demo's faces and runs the workflow on them. */
export const runDemo = async (flags: RunFlags & { readonly seed?: number | undefined }): Promise<void> => {
  const out = resolve(flags.out);
  process.stderr.write(`Rendering faces into ${join(out, 'data')} …\n`);
  const data = await writeDemo(join(out, 'data'), flags.seed === undefined ? {} : { seed: flags.seed });
  const input = await inputFromFlags({
    labelled: data.labelled,
    pool: data.pool,
    benchmark: { demo: data.benchmark },
    poolAudit: data.audit,
    config: join(projectFolder(), 'demo', 'config.json'),
    seed: flags.seed,
  });
  const report = await runAndReport(input, flags);
  process.stdout.write(`\nOpen the report: ${report}\n`);
};
