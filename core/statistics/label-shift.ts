import { total } from './total.ts';

/** Images of each class that are taken for known before anything is guessed: one that is never guessed stays possible. */
const PRIOR = 10;
/** Added to every count of a confusion: what was never seen is not impossible. */
const UNSEEN = 1;
const STEPS = 1000;
const ENOUGH = 1e-9;

/**
 * The class mix of images of which only guesses are known: the mix by which whoever guesses would guess like this, drawn towards even
 * classes (maximum a posteriori by expectation maximisation). The guesses count as much as the labelled images do by which the
 * confusions are known: without the prior a few hundred of these say worse of the mix than the plain counts of guesses.
 * @param confusions - labelled images by their class and by what is guessed of them
 * @param guessed - images of the other mix by what is guessed of them, in any unit
 * @returns shares that add up to 1
 * @see Saerens, Latinne and Decaestecker, Adjusting the Outputs of a Classifier to New a Priori Probabilities (2002)
 */
export const shiftedMix = (confusions: readonly (readonly number[])[], guessed: readonly number[]): number[] => {
  const likelihoods = confusions.map((row) => shares(row.map((count) => count + UNSEEN)));
  const evidence = total(confusions.map(total));
  const all = total(guessed);
  const met = guessed.map((count) => (all === 0 ? 0 : (count / all) * evidence));
  let mix = shares(guessed.map(() => 1));
  for (let step = 0; step < STEPS; step++) {
    const guesses = guessed.map((_, label) => total(mix.map((share, truth) => share * likelihoods[truth]![label]!)));
    const next = shares(
      mix.map(
        (share, truth) =>
          PRIOR + share * total(met.map((n, label) => (n * likelihoods[truth]![label]!) / guesses[label]!)),
      ),
    );
    const moved = total(next.map((share, truth) => Math.abs(share - mix[truth]!)));
    mix = next;
    if (moved < ENOUGH) break;
  }
  return mix;
};

function shares(counts: readonly number[]): number[] {
  const all = total(counts);
  return counts.map((count) => count / all);
}
