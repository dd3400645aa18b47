import type { GateCard } from '../../contracts/gate.ts';
import { concatImages, type Images, imageAt, type LabelledImages, selectImages } from '../../data/images.ts';
import { AREA, greyImages, SIDE } from '../../gate/grey.ts';
import { logOdds, type Perceptron } from '../../gate/perceptron.ts';
import { random } from '../../tensor/random.ts';
import { augment } from '../augment.ts';
import { fitPerceptron } from './fit-perceptron.ts';
import { makeNegatives, NEGATIVE_KINDS, type NegativeKind, VARIED } from './negatives.ts';
import { countOf, joined, type Rows, rowsOf, selectRows } from './rows.ts';

export interface GateOptions {
  /** Part of the images of the task that has to pass. */
  readonly keep: number;
  readonly seed: number;
  readonly effort?: Effort;
  /** Told the number of steps that are done. */
  readonly onStep?: (step: number) => void;
}

/** How much work a gate is. */
export interface Effort {
  /** Images of each kind of junk. */
  readonly perKind: number;
  /** Training steps of a vote. */
  readonly steps: number;
}
export const EFFORT: Effort = { perKind: 240, steps: 900 };

/** The gate for junk as far as the labelled set tells. */
export interface JunkGate {
  readonly junk: GateCard['junk'];
  readonly votes: readonly Perceptron[];
}

/** Each vote is fitted without one of so many parts of the labelled set, and measured on that part. */
export const VOTES = 3;
/** Fewer labelled images say nothing about their own tail. */
export const FEWEST = 30;
/** Steps of all votes; they are made again where kinds of junk have to be left out. */
export const STEPS_IN_ALL = VOTES * EFFORT.steps;
/** Images of a kind of endless variety, for each of another one. */
const MORE_VARIED = 3;
/** A kind of which so many pass looks like the labelled set: to learn from it would spoil the gate. */
const ALIKE = 0.5;
/** Where so much of all made junk passes the gate is of no use. */
const BLUNT = 0.3;
/** Images that the wanted side is varied to, about. */
const WANTED = 3000;
/** A labelled image as it might have been taken; lengths are parts of the side. */
const VARIATION = { flip: true, shift: 3 / 48, degrees: 10, scale: 0.1, contrast: 0, offset: 0, cutout: 0 };

/**
 * Fits the gate for junk on the labelled set alone: small nets that tell labelled images from images that were spoiled or
 * drawn. How far labelled images stray is read from those that a net did not see. Where that cannot be done well the gate
 * is off and says why.
 */
export const fitJunkGate = async (set: LabelledImages, options: GateOptions): Promise<JunkGate> => {
  const labelled = greyImages(set);
  if (labelled.count < FEWEST) {
    return off(labelled.count, `${labelled.count} labelled images are too few to tell junk by; it takes ${FEWEST}`);
  }
  const { perKind } = options.effort ?? EFFORT;
  const folds = foldsOf(set.labels, options.seed);
  const makeRows = (kind: NegativeKind): Rows =>
    rowsOf(makeNegatives(kind, labelled, VARIED.has(kind) ? MORE_VARIED * perKind : perKind, options.seed));
  const made = new Map(NEGATIVE_KINDS.map((kind) => [kind, makeRows(kind)]));
  const first = await crossFit(labelled, folds, made, options);
  const alike = NEGATIVE_KINDS.filter((kind) => first.junk.passed.junk[kind]! > ALIKE);
  if (alike.length === 0) return checked(first);
  for (const kind of alike) made.delete(kind);
  if (made.size === 0) return off(labelled.count, 'all that it learns from looks like the labelled set');
  const second = await crossFit(labelled, folds, made, options);
  return checked({ ...second, junk: { ...second.junk, unused: alike } });
};

function off(labelled: number, why: string, found: Partial<GateCard['junk']> = {}): JunkGate {
  const nothing = { votes: [], highest: 0, passed: { labelled: 1, junk: {} }, unused: [] };
  return { junk: { ...nothing, ...found, on: false, why, labelled }, votes: [] };
}

function checked(gate: JunkGate): JunkGate {
  const rates = Object.values(gate.junk.passed.junk);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (mean <= BLUNT) return gate;
  const { labelled, passed, unused } = gate.junk;
  return off(labelled, `${(100 * mean).toFixed(0)} % of made junk would pass`, { passed, unused });
}

/** Which vote does not see each labelled image: every class is dealt out evenly. */
function foldsOf(labels: Int32Array, seed: number): Int32Array {
  const folds = new Int32Array(labels.length);
  let dealt = 0;
  for (const i of random(seed, 'gate', 'folds')
    .permutation(labels.length)
    .sort((a, b) => labels[a]! - labels[b]!)) {
    folds[i] = dealt++ % VOTES;
  }
  return folds;
}

async function crossFit(
  labelled: Images<Float32Array>,
  folds: Int32Array,
  made: ReadonlyMap<NegativeKind, Rows>,
  { keep, seed, effort = EFFORT, onStep }: GateOptions,
): Promise<JunkGate> {
  const own = rowsOf(labelled);
  const scores = new Float32Array(labelled.count);
  const passing = new Map([...made.keys()].map((kind) => [kind, [] as number[]]));
  const votes: Perceptron[] = [];
  const scales: GateCard['junk']['votes'] = [];
  for (let vote = 0; vote < VOTES; vote++) {
    const [seen, unseen] = [indices(folds, (fold) => fold !== vote), indices(folds, (fold) => fold === vote)];
    const wanted = rowsOf(varied(selectImages(labelled, seen), seed, vote));
    const others = joined([...made.values()].map((rows) => everyThird(rows, vote, false)));
    let done = vote * effort.steps;
    const net = await fitPerceptron(wanted, others, {
      steps: effort.steps,
      stream: [seed, 'gate', vote],
      onStep: () => onStep?.(++done),
    });
    const odds = logOdds(net, selectRows(own, unseen).values);
    const scale = scaleOf(odds);
    odds.forEach((value, i) => (scores[unseen[i]!] = (scale.median - value) / scale.spread));
    for (const [kind, rows] of made) {
      const apart = logOdds(net, everyThird(rows, vote, true).values);
      passing.get(kind)!.push(...apart.map((value) => (scale.median - value) / scale.spread));
    }
    votes.push(net);
    scales.push(scale);
  }
  const highest = highestOf(scores, keep);
  const share = (values: ArrayLike<number>): number =>
    Array.from(values).filter((value) => value <= highest).length / values.length;
  const junk = Object.fromEntries([...passing].map(([kind, values]) => [kind, share(values)]));
  const passed = { labelled: share(scores), junk };
  return { votes, junk: { on: true, why: '', labelled: labelled.count, votes: scales, highest, passed, unused: [] } };
}

function scaleOf(odds: Float32Array): GateCard['junk']['votes'][number] {
  const sorted = odds.slice().sort();
  const median = sorted[sorted.length >> 1]!;
  return { median, spread: Math.max(median - sorted[Math.floor(sorted.length / 10)]!, 1e-3) };
}

/**
 * The score that the wanted part of the labelled images stays below: an order statistic where the set is large enough to
 * have one, else that of an exponential tail behind 1, which nine tenths stay below.
 */
function highestOf(scores: Float32Array, keep: number): number {
  const above = Math.floor((1 - keep) * (scores.length + 1));
  if (above < FEWEST_ABOVE) return 1 + TAIL * Math.log(Math.max(1, 0.1 / (1 - keep)));
  return scores.slice().sort().at(-above)!;
}

/** An order statistic of fewer images is chance. */
const FEWEST_ABOVE = 3;
/** Mean excess of that tail, somewhat more than 0.3 to 0.45 as measured on large sets: when in doubt, an image passes. */
const TAIL = 0.6;

/** Each image as it is and as it might have been: about `WANTED` in all. */
function varied(images: Images<Float32Array>, seed: number, vote: number): Images<Float32Array> {
  const copies = Math.max(2, Math.min(20, Math.round(WANTED / images.count)));
  const draw = random(seed, 'gate', 'variation', vote);
  const pixels = new Float32Array(images.count * copies * AREA);
  for (let i = 0, at = 0; i < images.count; i++) {
    for (let copy = 0; copy < copies; copy++, at += AREA) {
      augment(imageAt(images, i), 0, pixels, at, SIDE, 1, VARIATION, draw);
    }
  }
  return concatImages([images, { ...images, count: images.count * copies, pixels }]);
}

function indices(folds: Int32Array, wanted: (fold: number) => boolean): number[] {
  return [...folds.keys()].filter((i) => wanted(folds[i]!));
}

/** The rows that a vote does not see, or the others. */
function everyThird(rows: Rows, vote: number, held: boolean): Rows {
  return selectRows(
    rows,
    [...Array(countOf(rows)).keys()].filter((i) => (i % VOTES === vote) === held),
  );
}
