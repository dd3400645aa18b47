import { predictionsFile } from '../../artifacts/predictions.ts';
import type { ArmName } from '../../contracts/arms.ts';
import type { Interval, Verdict } from '../../contracts/results.ts';
import { type Crossed, differenceOf, weighted } from '../../statistics/crossed.ts';
import { estimate } from '../../statistics/estimate.ts';
import { macroWeights } from '../../statistics/macro-weights.ts';
import { rightAnswers } from '../../statistics/right-answers.ts';
import { unpairedDifference } from '../../statistics/unpaired.ts';
import { verdictOf } from '../../statistics/verdict.ts';
import type { FinishedRun } from './open-run.ts';

/** Whether two runs are compared answer by answer, and if not, why. */
export type Pairing = { readonly paired: true } | { readonly paired: false; readonly why: string };

/** A difference in [-1, 1], or in [-2, 2] of two gains, with its 95 % interval and what it tells. */
export interface Difference extends Interval {
  readonly mean: number;
  readonly verdict: Verdict;
}

/** An arm of a run minus the same arm of another. */
export interface ArmDifference {
  /** Sets that were drawn differently often cannot be paired, even where the runs can. */
  readonly paired: boolean;
  readonly accuracy: Difference;
  readonly macroRecall: Difference;
  /** Of what the arm is above its own run's primitive; `undefined` of the primitive itself. */
  readonly gain: Difference | undefined;
}

const SHARES = [-1, 1] as const;
const GAINS = [-2, 2] as const;

/** Each arm of a run minus that of another on one benchmark: paired where both answered about the same images with the same seeds. */
export const differencesOf = async (
  first: FinishedRun,
  other: FinishedRun,
  benchmark: string,
  arms: readonly ArmName[],
): Promise<{ readonly pairing: Pairing; readonly byArm: ReadonlyMap<ArmName, ArmDifference> }> => {
  const starts = await Promise.all([first, other].map((run) => answersOf(run, 'primitive', benchmark)));
  const pairing = pairingOf(first, other, starts);
  const byArm = new Map<ArmName, ArmDifference>();
  const [start, otherStart] = starts;
  // One arm after the other: predictions are large, and little of them is kept.
  for (const arm of arms) {
    const [mine, theirs] = pairing.paired
      ? [await answersOf(first, arm, benchmark), await answersOf(other, arm, benchmark)]
      : [];
    byArm.set(
      arm,
      mine && theirs && start && otherStart && canPair(mine.right, theirs.right)
        ? pairedArm(arm, [mine, start], [theirs, otherStart])
        : unpairedArm(arm, first, other, benchmark),
    );
  }
  return { pairing, byArm };
};

/** Which answers of an arm are right, of every seed, draw and image; their probabilities are not kept. */
interface Answers {
  readonly right: Crossed;
  /** True labels of the images. */
  readonly labels: Int32Array;
  /** What tells which images these are. */
  readonly order: string;
}

async function answersOf(
  { store, summary }: FinishedRun,
  arm: ArmName,
  benchmark: string,
): Promise<Answers | undefined> {
  const predictions = (await predictionsFile(summary.runId, arm).find(store))?.get(benchmark);
  if (predictions === undefined) return undefined;
  const { probabilities, labels, classes, seeds, draws, images, order } = predictions;
  return { right: { seeds, draws, images, values: rightAnswers(probabilities, labels, classes) }, labels, order };
}

function pairingOf(first: FinishedRun, other: FinishedRun, [mine, theirs]: readonly (Answers | undefined)[]): Pairing {
  const [one, two] = [first.summary.config, other.summary.config];
  if (mine === undefined || theirs === undefined) {
    const lacking = mine === undefined ? first : other;
    return { paired: false, why: `the predictions of ${lacking.place} are not there; \`pull --all\` brings them` };
  }
  if (mine.order !== theirs.order) {
    return {
      paired: false,
      why: 'the benchmarks of this name hold other images, so a part of the difference may be theirs',
    };
  }
  if (one.seed !== two.seed || one.seeds !== two.seeds) {
    const words = [one, two].map(({ seed, seeds }) => `${seeds} from seed ${seed}`);
    return { paired: false, why: `the seeds are not the same (${words.join(', ')})` };
  }
  return { paired: true };
}

/** Draws go together as they do within a run. */
function canPair(one: Crossed, other: Crossed): boolean {
  return one.draws === other.draws || one.draws === 1 || other.draws === 1;
}

function pairedArm(
  arm: ArmName,
  [mine, start]: readonly [Answers, Answers],
  [theirs, otherStart]: readonly [Answers, Answers],
): ArmDifference {
  const difference = differenceOf(theirs.right, mine.right);
  const ofGains = (): Crossed =>
    differenceOf(differenceOf(theirs.right, otherStart.right), differenceOf(mine.right, start.right));
  return {
    paired: true,
    accuracy: told(estimate(difference, SHARES)),
    macroRecall: told(estimate(weighted(difference, macroWeights(mine.labels)), SHARES)),
    gain: arm === 'primitive' ? undefined : told(estimate(ofGains(), GAINS)),
  };
}

function unpairedArm(arm: ArmName, first: FinishedRun, other: FinishedRun, benchmark: string): ArmDifference {
  const [mine, theirs] = [first.summary, other.summary];
  const table = (name: 'accuracy' | 'macroRecall') =>
    told(unpairedDifference(theirs[name][benchmark]![arm]!, mine[name][benchmark]![arm]!, SHARES));
  const gains = [mine, theirs].map(({ comparisons }) => comparisons[benchmark]?.[arm]?.primitive);
  const [gain, otherGain] = gains;
  return {
    paired: false,
    accuracy: table('accuracy'),
    macroRecall: table('macroRecall'),
    gain: gain && otherGain && told(unpairedDifference(otherGain, gain, GAINS)),
  };
}

function told({ mean, low, high }: Interval & { readonly mean: number }): Difference {
  return { mean, low, high, verdict: verdictOf({ low, high }) };
}
