import { DataError } from '../../errors.ts';
import type { LabelledSource, Survey } from './labelled-format.ts';
import { LABELLED_FORMS } from './registry.ts';

/**
 * Refuses a labelled set that nothing can be learned from.
 * @param survey - images by class, listed or readable
 * @param minPerClass - fewest images of a class
 * @throws DataError on fewer than two classes, or one that names every class with too few images
 */
export const checkLabelled = ({ field, uri }: LabelledSource, survey: Survey, minPerClass: number): void => {
  const { classes, counts } = survey;
  if (classes.length === 0) {
    throw new DataError(`${field}: no class folders in ${uri}. It must be ${LABELLED_FORMS}.`);
  }
  if (classes.length === 1) {
    throw new DataError(`${field}: one class only ("${classes[0]}") in ${uri}. At least two are needed.`);
  }
  const few = classes.flatMap((name, i) => (counts[i]! < minPerClass ? [`"${name}" has ${counts[i]}`] : []));
  if (few.length > 0) {
    const words = `${field}: too few images of a class in ${uri}: ${few.join(', ')}; the minimum is ${minPerClass}.`;
    throw new DataError(`${words} Add images, or lower config.limits.minPerClass.`);
  }
};

/**
 * Refuses a benchmark that holds nothing, or a class that the labelled set does not have.
 * @throws DataError with the class
 */
export const checkBenchmark = ({ field, uri }: LabelledSource, survey: Survey, classes: readonly string[]): void => {
  const filled = survey.classes.filter((_, i) => survey.counts[i]! > 0);
  if (filled.length === 0) {
    throw new DataError(`${field}: no readable images in ${uri}. It must be ${LABELLED_FORMS}.`);
  }
  const foreign = filled.find((name) => !classes.includes(name));
  if (foreign !== undefined) throw unknownClass(field, foreign, classes);
};

/** A benchmark holds a class that nothing was trained on; its images could only be wrong. */
export const unknownClass = (field: string, name: string, classes: readonly string[]): DataError =>
  new DataError(`${field}: unknown class "${name}". The labelled set has ${classes.join(', ')}.`);
