import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The benchmark's name in a run. */
export const BENCHMARK = 'test';

/** A figure with its 95 % interval. */
const Figure = z.looseObject({ mean: z.number(), low: z.number(), high: z.number() });
export type Figure = z.infer<typeof Figure>;

/** A difference in accuracy, and the same in macro recall. */
const Difference = Figure.extend({ macroRecall: Figure });
export type Difference = z.infer<typeof Difference>;

const byName = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema);

/** What the tables read of `summary.json`. Loose: whatever else it holds, and whatever its arms are called, is no matter. */
const SummaryFile = z.looseObject({
  classes: z.array(z.string()),
  accuracy: byName(byName(Figure)),
  macroRecall: byName(byName(Figure)),
  comparisons: byName(byName(byName(Difference))),
  mined: z.looseObject({
    poolImages: z.number(),
    mined: z.number(),
    audit: z.looseObject({ checked: z.number(), precision: z.number() }).optional(),
  }),
  stages: byName(z.looseObject({ seconds: z.number() })),
  verdict: z.looseObject({ verdict: z.string() }),
  domainGap: z.looseObject({ auc: z.number() }).optional(),
});

/** A run that has ended. Arms are in the order of its summary. */
export interface TaskResult {
  readonly classes: number;
  readonly accuracy: Readonly<Record<string, Figure>>;
  readonly macroRecall: Readonly<Record<string, Figure>>;
  /** `comparisons[arm][reference]`: the first minus the second. */
  readonly comparisons: Readonly<Record<string, Readonly<Record<string, Difference>>>>;
  readonly pool: number;
  readonly mined: number;
  /** Part of the mined images whose pseudo-label is right. */
  readonly precision?: number | undefined;
  /** What the run itself says of its pool. */
  readonly verdict: string;
  /** How easily labelled images and pool images are told apart: an area under a curve, 0.5 is chance. */
  readonly domainGap?: number | undefined;
  /** Of all its jobs, whenever they ran. */
  readonly jobSeconds: number;
}

/** Reads a `summary.json`. @throws ZodError where something is missing that the tables need */
export const readResult = async (path: string): Promise<TaskResult> => {
  const { classes, accuracy, macroRecall, comparisons, mined, stages, verdict, domainGap } = SummaryFile.parse(
    JSON.parse(await readFile(path, 'utf8')),
  );
  return {
    classes: classes.length,
    accuracy: accuracy[BENCHMARK] ?? {},
    macroRecall: macroRecall[BENCHMARK] ?? {},
    comparisons: comparisons[BENCHMARK] ?? {},
    pool: mined.poolImages,
    mined: mined.mined,
    precision: mined.audit !== undefined && mined.audit.checked > 0 ? mined.audit.precision : undefined,
    verdict: verdict.verdict,
    domainGap: domainGap?.auc,
    jobSeconds: Object.values(stages).reduce((sum, { seconds }) => sum + seconds, 0),
  };
};
