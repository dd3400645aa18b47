import { type DistilledImages, readDistilled } from '../../artifacts/distilled.ts';
import type { RunConfig } from '../../contracts/config.ts';
import type { Score } from '../../contracts/evaluation.ts';
import { setName } from '../../contracts/names.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Backend } from '../../contracts/stats.ts';
import type { ImageSet } from '../../data/image-set.ts';
import { readLabelled } from '../../data/labelled/read-labelled.ts';
import { messageOf } from '../../errors.ts';
import { scoreSet } from '../../evaluate/only.ts';
import type { Classifier } from '../../nets/classifier.ts';
import { spread } from '../../statistics/spread.ts';
import type { Store } from '../../store/store.ts';
import { backendTrouble } from '../../tensor/backend/available.ts';
import { BACKENDS, selectBackend } from '../../tensor/backend.ts';
import { loadOnnxruntime } from '../../tensor/onnxruntime.ts';
import { percent } from '../../text/format.ts';
import { inferenceWords } from '../../text/inference.ts';
import type { Finding } from './check.ts';
import { measureStudent, type StudentCheck, scoreStudent } from './verify-model.ts';

/** What measuring needs from outside. */
export interface Measuring {
  /** @param wanted - the backend that the release was measured on */
  startBackend(wanted: Backend): Promise<Backend>;
  readBenchmark(name: string, uri: string, evaluation: ReleaseEval): Promise<ImageSet>;
  score(set: DistilledImages, benchmark: ImageSet, config: RunConfig, seed: number): Promise<Score>;
  /** Accuracy of the released student. */
  scoreStudent(student: Classifier, benchmark: ImageSet, backend: string): Promise<number>;
}

const runsOwn: Measuring = {
  startBackend: ({ name, threads, inference }) => {
    const forced = BACKENDS.find((known) => known === name && backendTrouble(known) === undefined);
    const predicts = inference !== undefined && !(loadOnnxruntime() instanceof Error) ? 'onnxruntime' : 'backend';
    return selectBackend({ forced, threads, inference: predicts, inferenceThreads: inference?.threads });
  },
  readBenchmark: async (name, uri, { classes, config }) => {
    const source = { field: `benchmarks.${name}`, uri };
    return (await readLabelled(source, classes, config.image, config.limits)).set;
  },
  score: scoreSet,
  scoreStudent,
};

/**
 * Equal code on an equal backend repeats every bit of a processor; another one sums in another order. A GPU sums in no fixed
 * order, so even the same model repeats no bits: half of what another backend may differ by is asked of it, an assumption.
 */
const TOLERANCE = { everySeed: 1e-9, sameGpu: 0.01, other: 0.02 } as const;

export interface MeasureOptions {
  readonly benchmarks: Readonly<Record<string, string>>;
  readonly onProgress: (message: string) => void;
  readonly measuring: Measuring | undefined;
}

/** Asks the student again, trains on every distilled set alone, seed by seed, and compares with what the release prints. */
export const measureSets = async (
  store: Store,
  evaluation: ReleaseEval,
  options: MeasureOptions,
): Promise<Finding[]> => {
  const { onProgress, measuring = runsOwn } = options;
  const { available, findings } = await readBenchmarks(evaluation, options);
  if (available.length === 0) return findings;
  const backend = await measuring.startBackend(evaluation.backend);
  const same = isSame(backend, evaluation.backend);
  const exact = same && backend.name !== 'tensorflow-gpu';
  const tolerance = TOLERANCE[exact ? 'everySeed' : same ? 'sameGpu' : 'other'];
  onProgress('Asking the student …');
  const score: StudentCheck['score'] = (student, set) => measuring.scoreStudent(student, set, backend.name);
  findings.push(...(await measureStudent(store, evaluation, { benchmarks: available, tolerance, score })));
  for (const spec of evaluation.sets) {
    const name = setName(spec);
    const set = await readDistilled(store, name);
    for (const benchmark of available) {
      const printed = evaluation.accuracy[benchmark.name]?.[`only/${name}`];
      if (printed === undefined) {
        findings.push({ ok: false, line: `${name}: eval.json prints no accuracy on ${benchmark.name}.` });
        continue;
      }
      const measured: number[] = [];
      // The release holds the first draw; what it prints of a set that was drawn several times is the mean over all.
      const first = spread(printed.draws?.map((ofSeed) => ofSeed[0]!) ?? printed.values);
      for (const seed of first.values.keys()) {
        onProgress(`Training on ${name}, seed ${seed}, for ${benchmark.name} …`);
        measured.push((await measuring.score(set, benchmark.set, evaluation.config, seed)).accuracy);
      }
      const { mean } = spread(measured);
      const apart = exact
        ? Math.max(...measured.map((accuracy, seed) => Math.abs(accuracy - first.values[seed]!)))
        : Math.abs(mean - first.mean);
      const how = exact
        ? `same backend (${backend.name}), every seed must match`
        : `${same ? `same GPU (${backend.device}), which repeats no bits` : `other backend (${calledBy(backend)} here, ${calledBy(evaluation.backend)} then)`}, the mean within ${100 * tolerance} points`;
      const line = `${name} alone on ${benchmark.name}: ${percent(mean, 2)} measured, ${percent(first.mean, 2)} printed${printed.draws === undefined ? '' : ' of this draw'}; ${how}.`;
      findings.push({ ok: apart <= tolerance, line });
    }
  }
  return findings;
};

type Available = { readonly name: string; readonly set: ImageSet };

async function readBenchmarks(
  evaluation: ReleaseEval,
  { benchmarks, measuring = runsOwn }: MeasureOptions,
): Promise<{ available: Available[]; findings: Finding[] }> {
  const available: Available[] = [];
  const findings: Finding[] = [];
  const missing = (name: string, line: string): Finding => ({
    ok: true,
    line: `${line} Accuracy was NOT measured again on it.`,
    unchecked: `accuracy on ${name}`,
  });
  for (const name of Object.keys(benchmarks)) {
    if (!Object.hasOwn(evaluation.benchmarks, name)) {
      const known = Object.keys(evaluation.benchmarks).join(', ');
      findings.push({ ok: false, line: `The release was not measured on "${name}"; it knows ${known}.` });
    }
  }
  for (const [name, { uri, images }] of Object.entries(evaluation.benchmarks)) {
    try {
      const place = Object.hasOwn(benchmarks, name) ? benchmarks[name] : uri;
      if (place === undefined) {
        findings.push(missing(name, `Benchmark ${name} lay on the publisher's machine; give --benchmark ${name}=DIR.`));
        continue;
      }
      const set = await measuring.readBenchmark(name, place, evaluation);
      if (set.count === images) available.push({ name, set });
      else findings.push(missing(name, `Benchmark ${name} has ${set.count} readable images here and had ${images}.`));
    } catch (error) {
      findings.push(
        missing(name, `Benchmark ${name} cannot be read (${messageOf(error)}); give --benchmark ${name}=DIR.`),
      );
    }
  }
  return { available, findings };
}

function isSame(one: Backend, other: Backend): boolean {
  const versions = ({ versions: { node: _, ...packages } }: Backend): string =>
    JSON.stringify(Object.entries(packages).sort());
  const predicting = ({ inference }: Backend): string => JSON.stringify(Object.entries(inference ?? {}).sort());
  const equal = one.name === other.name && one.threads === other.threads && one.device === other.device;
  return equal && versions(one) === versions(other) && predicting(one) === predicting(other);
}

function calledBy({ name, device, inference }: Backend): string {
  const computed = device === undefined ? name : `${name} on ${device}`;
  return inference === undefined ? computed : `${computed} with ${inferenceWords(inference)}`;
}
