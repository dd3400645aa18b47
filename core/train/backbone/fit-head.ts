import { type Head, headLogits, scaled, scaleOf } from '../../backbone/head.ts';
import type { BackboneCard } from '../../contracts/backbones.ts';
import type { HeldOut } from '../../nets/held-out.ts';
import { argmaxRows, probabilities } from '../../nets/logits.ts';
import { makePrototypes, type Prototypes } from '../../nets/prototypes.ts';
import { negativeLogLikelihood } from '../../statistics/proper-scores.ts';
import { type SoftmaxCoefficients, softmaxFitter } from '../../statistics/softmax-regression.ts';
import { rowsOfFold } from '../folds.ts';

/** Strengths of the penalty that are tried, from one that leaves the class shares alone to one that hardly acts. */
export const PENALTIES: readonly number[] = Array.from({ length: 11 }, (_, i) => 10 ** (1 - i / 2));

/** A head with where the classes lie among its scaled embeddings. */
export interface FittedHead {
  readonly head: Head;
  readonly prototypes: Prototypes;
}

/** Heads that each leave out a part, and the one that knows all of it. */
export interface FittedHeads extends FittedHead, Pick<BackboneCard, 'tried' | 'penalty' | 'accuracy'> {
  readonly folds: readonly (FittedHead & { readonly heldOut: HeldOut })[];
}

/** Embeddings of the labelled set. */
export interface EmbeddedSet {
  readonly width: number;
  /** `[n, width]` */
  readonly embeddings: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
}

/**
 * Linear heads on embeddings. How strongly they are held to small coefficients is what makes labelled images likeliest that a head
 * has not seen: no benchmark has a word in it.
 * @param folding - the part of each image, from 0 to `folds` - 1
 * @param onFit - told after each of `fitsOf(folds)`
 */
export const fitHeads = (
  set: EmbeddedSet,
  folding: Int32Array,
  folds: number,
  onFit: () => void = () => undefined,
): FittedHeads => {
  const parts = Array.from({ length: folds }, (_, fold) => {
    const { seen, unseen } = rowsOfFold(folding, fold);
    return { seen: pick(set, seen), unseen: pick(set, unseen), rows: Int32Array.from(unseen) };
  });
  const paths = parts.map(({ seen }) => fitPath(seen, onFit));
  const tried = PENALTIES.map((penalty, step) => ({ penalty, loss: lossOf(set, parts, paths, step) }));
  const best = tried.reduce((least, { loss }, step) => (loss < tried[least]!.loss ? step : least), 0);
  const foldHeads = parts.map(({ unseen, rows }, fold) => {
    const fitted = paths[fold]![best]!;
    const embeddings = scaled(unseen.embeddings, fitted.head.scale);
    return { ...fitted, heldOut: { rows, embeddings, logits: headLogits(embeddings, fitted.head) } };
  });
  const right = foldHeads.reduce((sum, { heldOut: { rows, logits } }) => {
    return sum + argmaxRows(logits, set.classes).filter((label, i) => label === set.labels[rows[i]!]).length;
  }, 0);
  const whole = fitPath(set, onFit)[best]!;
  return { ...whole, folds: foldHeads, tried, penalty: PENALTIES[best]!, accuracy: right / set.labels.length };
};

/** Fits that `fitHeads` makes. */
export const fitsOf = (folds: number): number => (folds + 1) * PENALTIES.length;

/** Heads of falling strength, each from where the one before ended. */
function fitPath({ width, embeddings, labels, classes }: EmbeddedSet, onFit: () => void): FittedHead[] {
  const scale = scaleOf(embeddings, width);
  const values = scaled(embeddings, scale);
  const prototypes = makePrototypes(values, labels, classes);
  const fitter = softmaxFitter({ width, classes, values, labels });
  try {
    return PENALTIES.map((penalty) => {
      const coefficients: SoftmaxCoefficients = fitter.fit(penalty);
      onFit();
      return { head: { classes, scale, ...coefficients }, prototypes };
    });
  } finally {
    fitter.dispose();
  }
}

/** Mean log-loss of all labelled images, each by the head that has not seen it. */
function lossOf(
  { labels, classes }: EmbeddedSet,
  parts: readonly { readonly unseen: EmbeddedSet }[],
  paths: readonly (readonly FittedHead[])[],
  step: number,
): number {
  const sum = parts.reduce((total, { unseen }, fold) => {
    const { head } = paths[fold]![step]!;
    const p = probabilities(headLogits(scaled(unseen.embeddings, head.scale), head), classes);
    return total + unseen.labels.length * negativeLogLikelihood(p, unseen.labels, classes);
  }, 0);
  return sum / labels.length;
}

function pick({ width, embeddings, labels, classes }: EmbeddedSet, rows: readonly number[]): EmbeddedSet {
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => chosen.set(embeddings.subarray(row * width, (row + 1) * width), i * width));
  return { width, classes, embeddings: chosen, labels: Int32Array.from(rows, (row) => labels[row]!) };
}
