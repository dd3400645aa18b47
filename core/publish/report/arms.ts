import type { ArmName } from '../../contracts/arms.ts';
import { isBaseline } from '../../contracts/methods.ts';
import type { SetSpec } from '../../contracts/names.ts';
import type { Comparison } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';

/** An arm against another on a benchmark, or `undefined` where one of them was not measured. */
export const comparisonOf = (
  { comparisons }: Summary,
  benchmark: string,
  arm: ArmName,
  reference: ArmName | undefined,
): Comparison | undefined => (reference === undefined ? undefined : comparisons[benchmark]?.[arm]?.[reference]);

/** The run's distilled sets, as the plan names them: ours first, then the baselines. */
export const distilledSpecs = ({ config }: Summary): SetSpec[] => {
  const { methods, ipc } = config.distill;
  const ordered = [...methods.filter((method) => !isBaseline(method)), ...methods.filter(isBaseline)];
  return ordered.flatMap((method) => ipc.map((perClass) => ({ method, ipc: perClass })));
};

/** `no-pool`: how an arm is called among those of its group. */
export const shortName = (arm: ArmName): string => arm.slice(arm.indexOf('/') + 1);
