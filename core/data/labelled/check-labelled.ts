import { REJECTION_WORDS, type Rejection, type RejectionReason } from '../../contracts/rejections.ts';
import { DataError } from '../../errors.ts';
import type { LabelledSource, Survey } from './labelled-format.ts';
import { LABELLED_FORMS } from './registry.ts';

/** Images of each class that were left out. */
export type Losses = ReadonlyMap<string, readonly Rejection[]>;

/**
 * Refuses a labelled set that nothing can be learned from.
 * @param survey - images by class, listed or readable
 * @param minPerClass - fewest images of a class
 * @param losses - what was left out of those that were listed
 * @throws DataError on fewer than two classes, on two whose names differ in case alone, or one that names every class with too
 * few images and why it has so few
 */
export const checkLabelled = (
  { field, uri }: LabelledSource,
  survey: Survey,
  minPerClass: number,
  losses: Losses = new Map(),
): void => {
  const { classes, counts } = survey;
  if (classes.length === 0) throw new DataError(`${field}: ${nothingIn(uri, survey, 'no class folders')}`);
  if (classes.length === 1) {
    throw new DataError(`${field}: one class only ("${classes[0]}") in ${uri}. At least two are needed.`);
  }
  checkCase(field, uri, classes);
  const told = new Set<RejectionReason>();
  const few = classes.flatMap((name, i) =>
    counts[i]! < minPerClass ? [countWords(name, counts[i]!, losses.get(name) ?? [], told)] : [],
  );
  if (few.length > 0) {
    const words = `${field}: too few images of a class in ${uri}: ${few.join(', ')}; the minimum is ${minPerClass}.`;
    const remedy = few.some((text) => text.includes(':')) ? 'Mend or add images' : 'Add images';
    throw new DataError(`${words}${leftOutWords(survey)} ${remedy}, or lower config.limits.minPerClass.`);
  }
};

/**
 * Refuses a benchmark that holds nothing, or a class that the labelled set does not have.
 * @param losses - what was left out of the images that were listed
 * @throws DataError with the class
 */
export const checkBenchmark = (
  { field, uri }: LabelledSource,
  survey: Survey,
  classes: readonly string[],
  losses: Losses = new Map(),
): void => {
  const filled = survey.classes.filter((_, i) => survey.counts[i]! > 0);
  if (filled.length === 0) {
    const lost = [...losses.values()].flat();
    const why = lost.length === 0 ? '' : ` Of ${lost.length} images ${reasonWords(lost)}.`;
    throw new DataError(`${field}: ${nothingIn(uri, survey, 'no readable images', why)}`);
  }
  const foreign = filled.find((name) => !classes.includes(name));
  if (foreign !== undefined) throw unknownClass(field, foreign, classes);
};

/** A benchmark holds a class that nothing was trained on; its images could only be wrong. */
export const unknownClass = (field: string, name: string, classes: readonly string[]): DataError => {
  const alike = classes.find((other) => foldCase(other) === foldCase(name));
  const hint =
    alike === undefined ? '' : ` "${name}" and "${alike}" differ in upper and lower case alone: call both alike.`;
  return new DataError(`${field}: unknown class "${name}". The labelled set has ${classes.join(', ')}.${hint}`);
};

function checkCase(field: string, uri: string, classes: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of classes) {
    const other = seen.get(foldCase(name));
    if (other !== undefined) {
      throw new DataError(
        `${field}: the classes "${other}" and "${name}" in ${uri} differ in upper and lower case alone. Bring them together ` +
          'under one name, or call one of them differently.',
      );
    }
    seen.set(foldCase(name), name);
  }
}

function foldCase(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** `"angry" has 8 images, none of which can be used: 8 cannot be decoded (e.g. angry/1.bmp: …)` */
function countWords(name: string, count: number, lost: readonly Rejection[], told: Set<RejectionReason>): string {
  if (lost.length === 0) return `"${name}" has ${count}`;
  return `"${name}" has ${count + lost.length} images, of which ${count} can be used: ${reasonWords(lost, told)}`;
}

/** @param told - reasons that had their example; one is enough for all classes */
function reasonWords(lost: readonly Rejection[], told = new Set<RejectionReason>()): string {
  const first = new Map<RejectionReason, Rejection>();
  for (const rejection of lost) if (!first.has(rejection.reason)) first.set(rejection.reason, rejection);
  const words = [...first].map(([reason, { key, detail }]) => {
    const count = lost.filter((rejection) => rejection.reason === reason).length;
    const example = told.has(reason) ? '' : ` (e.g. ${key}: ${detail})`;
    told.add(reason);
    return `${count} ${REJECTION_WORDS[reason]}${example}`;
  });
  return words.join(', ');
}

function nothingIn(uri: string, survey: Survey, what: string, why = ''): string {
  const found = leftOutWords(survey);
  return `${found === '' ? what : 'no image with a class'} in ${uri}.${why}${found} It must be ${LABELLED_FORMS}.`;
}

/** What listing alone told to be left out. */
function leftOutWords({ leftOut }: Survey): string {
  if (leftOut === undefined) return '';
  const counts = Object.entries(leftOut.counts) as [RejectionReason, number][];
  const words = counts.map(([reason, count]) => `${count} ${REJECTION_WORDS[reason]}`).join(', ');
  const { example } = leftOut;
  return ` Left out: ${words}${example === undefined ? '' : `, e.g. ${example.key}: ${example.detail}`}.`;
}
