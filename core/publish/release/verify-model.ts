import { classifierFiles } from '../../artifacts/classifier.ts';
import { teacherArm } from '../../contracts/arms.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { ImageSet } from '../../data/image-set.ts';
import { toBytes } from '../../data/images.ts';
import { toHalfPrecision } from '../../format/half.ts';
import { askClassifier } from '../../inference/ask-classifier.ts';
import type { Classifier } from '../../nets/classifier.ts';
import { probabilities } from '../../nets/logits.ts';
import { scorePredictions } from '../../statistics/score-predictions.ts';
import type { Store } from '../../store/store.ts';
import { percent } from '../../text/format.ts';
import type { Finding } from './check.ts';

/** Asks the released student about a benchmark, as the run did: without the temperature, which changes no class. */
export const scoreStudent = async (student: Classifier, benchmark: ImageSet, backend: string): Promise<number> => {
  const asked = await askClassifier(student, backend);
  const { logits } = await asked.classify(toBytes(benchmark));
  await asked.dispose();
  const classes = student.card.classes.length;
  return scorePredictions(toHalfPrecision(probabilities(logits, classes)), benchmark.labels, classes).accuracy;
};

/** Where the student is measured again, and how near it has to come to what is printed. */
export interface StudentCheck {
  readonly benchmarks: readonly { readonly name: string; readonly set: ImageSet }[];
  readonly tolerance: number;
  score(student: Classifier, benchmark: ImageSet): Promise<number>;
}

/** Measures the released student on every benchmark that is at hand; a release of an earlier version has none. */
export const measureStudent = async (
  store: Store,
  evaluation: ReleaseEval,
  { benchmarks, tolerance, score }: StudentCheck,
): Promise<Finding[]> => {
  const student = await classifierFiles('student').tensors.find(store);
  if (student === undefined) return [];
  const arm = teacherArm(evaluation.config);
  const findings: Finding[] = [];
  for (const { name, set } of benchmarks) {
    const printed = evaluation.accuracy[name]?.[arm]?.values[student.card.seeds[0]!];
    if (printed === undefined) {
      findings.push({ ok: false, line: `student: eval.json prints no accuracy of ${arm} on ${name}.` });
      continue;
    }
    const measured = await score(student, set);
    const line = `student on ${name}: ${percent(measured, 2)} measured, ${percent(printed, 2)} printed of its seed.`;
    findings.push({ ok: Math.abs(measured - printed) <= tolerance, line });
  }
  return findings;
};
