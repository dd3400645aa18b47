import type { ArmName } from '../../contracts/arms.ts';
import type { Spread } from '../../contracts/evaluation.ts';
import { isBaseline } from '../../contracts/methods.ts';
import type { SetSpec } from '../../contracts/names.ts';
import type { Summary } from '../../contracts/summary.ts';
import { pairedGain } from '../../evaluate/spread.ts';

/** Paired difference of two arms on a benchmark, or `undefined` where one of them was not measured. */
export const difference = (
  { accuracy }: Summary,
  benchmark: string,
  arm: ArmName,
  reference: ArmName | undefined,
): Spread | undefined => {
  const ours = accuracy[benchmark]?.[arm];
  const theirs = reference === undefined ? undefined : accuracy[benchmark]?.[reference];
  return ours && theirs && pairedGain(ours.values, theirs.values);
};

/** The run's distilled sets, as the plan names them: ours first, then the baselines. */
export const distilledSpecs = ({ config }: Summary): SetSpec[] => {
  const { methods, ipc } = config.distill;
  const ordered = [...methods.filter((method) => !isBaseline(method)), ...methods.filter(isBaseline)];
  return ordered.flatMap((method) => ipc.map((perClass) => ({ method, ipc: perClass })));
};

/** `no-pool`: how an arm is called among those of its group. */
export const shortName = (arm: ArmName): string => arm.slice(arm.indexOf('/') + 1);
