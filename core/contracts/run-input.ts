import { z } from 'zod';
import { ConfigOverrides } from './config.ts';
import { Name, RunId, Uri } from './names.ts';
import { Preset } from './presets.ts';

/** The execution input as a person types it into the Step Functions console. */
export const RunInput = z.strictObject({
  /** In one of the formats of `core/data/labelled/`. */
  labelled: Uri,
  /** A folder in the formats of `core/data/pool/`, or a single tar shard. */
  pool: Uri,
  /** Held-out labelled sets; only Evaluate learns anything from them. */
  benchmarks: z.record(Name, Uri).refine((all) => Object.keys(all).length > 0, 'needs at least one benchmark'),
  /** CSV with `file` and `label` (or the column named after #): scores the mined set in the report, is no input of any stage. */
  audit: Uri.optional(),
  preset: Preset.optional(),
  config: ConfigOverrides.optional(),
  /**
   * Goes on where the mined images are found to do harm, which else ends the run before students are trained. It is no setting of
   * the run: the same run may be started again with it.
   * @default false
   */
  evenIfHarmful: z.boolean().optional(),
  /** The run to go on with; by default the execution's own name. A name of an execution can be used only once in 90 days. */
  runId: RunId.optional(),
});
export type RunInput = z.infer<typeof RunInput>;
