import type { Spread } from '../../contracts/evaluation.ts';
import { isBaseline, type SetSpec, setName } from '../../contracts/names.ts';
import type { Summary } from '../../contracts/summary.ts';
import { parseTrainingSet } from '../../contracts/training-sets.ts';
import { pairedGain } from '../../evaluate/spread.ts';

/** What a row of the accuracy table is there for. */
export type Standing = 'start' | 'control' | 'baseline' | 'ours';

const OF_SCRATCH = { primitive: 'start', control: 'control', omni: 'ours' } as const;

/** Whether a training set is what we offer or what it has to be compared with. */
export const standingOf = (trainingSet: string): Standing => {
  const parsed = parseTrainingSet(trainingSet);
  if (!('extra' in parsed)) return OF_SCRATCH[parsed.kind];
  if (parsed.extra === 'mined') return 'ours';
  if (parsed.extra === 'none' || parsed.extra === 'no-pool') return 'control';
  return isBaseline(parsed.extra.method) ? 'baseline' : 'ours';
};

/** What a training set has to beat before its gain means anything: `undefined` for that control itself. */
export const controlOf = (trainingSet: string): string | undefined => {
  const parsed = parseTrainingSet(trainingSet);
  if (parsed.kind === 'only')
    return parsed.extra.method === 'random' ? undefined : `only/random-ipc${parsed.extra.ipc}`;
  const control = parsed.kind === 'boost' ? 'boost/no-pool' : 'control';
  return trainingSet === control || trainingSet === 'primitive' ? undefined : control;
};

/** Paired difference of two training sets on a benchmark, or `undefined` where one of them was not measured. */
export const difference = (
  { accuracy }: Summary,
  benchmark: string,
  trainingSet: string,
  reference: string | undefined,
): Spread | undefined => {
  const ours = accuracy[benchmark]?.[trainingSet];
  const theirs = reference === undefined ? undefined : accuracy[benchmark]?.[reference];
  return ours && theirs && pairedGain(ours.seeds, theirs.seeds);
};

/** The run's distilled sets, as the plan names them: ours first, then the baselines. */
export const distilledSpecs = ({ config }: Summary): SetSpec[] => {
  const { methods, ipc } = config.distill;
  const ordered = [...methods.filter((method) => !isBaseline(method)), ...methods.filter(isBaseline)];
  return ordered.flatMap((method) => ipc.map((perClass) => ({ method, ipc: perClass })));
};

export const boostOf = (spec: SetSpec): string => `boost/${setName(spec)}`;
