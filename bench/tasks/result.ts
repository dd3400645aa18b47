import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The benchmark's name in a run. */
export const BENCHMARK = 'test';

/** A mean with what a run knows of its uncertainty. */
const Figure = z.looseObject({
  mean: z.number(),
  std: z.number().optional(),
  values: z.array(z.number()).optional(),
  low: z.number().optional(),
  high: z.number().optional(),
});
export type Figure = z.infer<typeof Figure>;

const Gain = Figure.extend({ macroRecall: Figure.optional() });
const byArm = <T extends z.ZodType>(schema: T) => z.record(z.string(), z.record(z.string(), schema));

/** What the tables read of `summary.json`. Loose: it may hold more. */
const SummaryFile = z.looseObject({
  classes: z.array(z.string()),
  accuracy: byArm(Figure),
  macroRecall: byArm(Figure),
  comparisons: byArm(z.record(z.string(), Gain)),
  mined: z.looseObject({
    poolImages: z.number(),
    mined: z.number(),
    audit: z.looseObject({ checked: z.number(), precision: z.number() }).optional(),
  }),
  stages: z.record(z.string(), z.looseObject({ seconds: z.number() })),
  verdict: z.union([z.string(), z.looseObject({ verdict: z.string() })]).optional(),
});

/** A run that has ended. Arms are in the order of its summary. */
export interface TaskResult {
  readonly classes: number;
  readonly accuracy: Readonly<Record<string, Figure>>;
  /** Accuracy above the primitive's. */
  readonly gain: Readonly<Record<string, Figure>>;
  readonly macroRecall: Readonly<Record<string, Figure>>;
  readonly macroRecallGain: Readonly<Record<string, Figure>>;
  readonly pool: number;
  readonly mined: number;
  /** Part of the mined images whose pseudo-label is right. */
  readonly precision?: number | undefined;
  /** What the run itself says of its pool. */
  readonly verdict?: string | undefined;
  /** Of all its jobs, whenever they ran. */
  readonly jobSeconds: number;
}

/** Reads a `summary.json`. @throws ZodError where it has not what every version has */
export const readResult = async (path: string): Promise<TaskResult> => {
  const summary = SummaryFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const { mined, stages, verdict } = summary;
  const gain = Object.fromEntries(
    Object.entries(summary.comparisons[BENCHMARK] ?? {}).flatMap(([arm, { primitive }]) =>
      primitive === undefined ? [] : [[arm, primitive] as const],
    ),
  );
  const recalls = Object.entries(gain).flatMap(([arm, { macroRecall }]) => (macroRecall ? [[arm, macroRecall]] : []));
  return {
    classes: summary.classes.length,
    accuracy: summary.accuracy[BENCHMARK] ?? {},
    gain,
    macroRecall: summary.macroRecall[BENCHMARK] ?? {},
    macroRecallGain: Object.fromEntries(recalls),
    pool: mined.poolImages,
    mined: mined.mined,
    precision: mined.audit !== undefined && mined.audit.checked > 0 ? mined.audit.precision : undefined,
    jobSeconds: Object.values(stages).reduce((sum, { seconds }) => sum + seconds, 0),
    verdict: typeof verdict === 'string' ? verdict : verdict?.verdict,
  };
};
