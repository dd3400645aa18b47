import { BACKENDS, type BackendName } from '../../core/contracts/stats.ts';
import { backendTrouble } from '../../core/tensor/backend/available.ts';
import { deviceFiles, loadFault } from '../../core/tensor/backend/gpu.ts';
import { inferenceWords } from '../../core/text/inference.ts';
import { type Measure, measureInChild } from './child.ts';
import type { BackendReport, DoctorReport, Measurement, Problem } from './contract.ts';
import { describeMachine, describeVersions, listGpus } from './machine.ts';

/** What examining asks of the machine, for tests. */
export interface Examination {
  readonly threads: number;
  readonly measure?: Measure;
  readonly trouble?: typeof backendTrouble;
}

/**
 * Looks at everything that decides what computes here and how fast, one backend after the other so that none disturbs
 * another's measurement.
 */
export const examine = async ({
  threads,
  measure = measureInChild,
  trouble = backendTrouble,
}: Examination): Promise<DoctorReport> => {
  const choice = await measure(undefined);
  const backends: BackendReport[] = [];
  for (const name of BACKENDS) {
    if (!isProblem(choice) && choice.backend.name === name) {
      backends.push(reportOf(name, choice));
      continue;
    }
    const known = trouble(name);
    if (known === undefined) backends.push(reportOf(name, await measure(name)));
    else backends.push({ name, works: false, problem: known.problem, ...(known.fix ? { fix: known.fix } : {}) });
  }
  return {
    machine: describeMachine(),
    versions: describeVersions(),
    gpu: { found: await listGpus(), devices: deviceFiles(), driverLoads: loadFault('libcuda.so.1') === undefined },
    threads,
    backends,
    ...(isProblem(choice) ? { chosen: null, problem: choice.problem } : { chosen: chosenFrom(choice) }),
  };
};

function chosenFrom({
  backend: { name, reason = 'it says no reason', inference },
}: Measurement): DoctorReport['chosen'] {
  return { name, reason, ...(inference && { predicts: inferenceWords(inference) }) };
}

function reportOf(name: BackendName, found: Measurement | Problem): BackendReport {
  return isProblem(found) ? { name, works: false, ...found } : { name, works: true, ...found };
}

function isProblem(found: Measurement | Problem): found is Problem {
  return 'problem' in found;
}
