import { ConfigError, DataError } from '../errors.ts';
import { splitFragment } from '../store/uri.ts';

/** A labelled set or a benchmark as the execution input names it. */
export interface LabelledSource {
  /** `labelled` or `benchmarks.<name>`: how messages call it. */
  readonly field: string;
  readonly uri: string;
}

/** Images listed, not yet read, by class. */
export interface Survey {
  /** Sorted by code unit. */
  readonly classes: readonly string[];
  /** In the order of `classes`. */
  readonly counts: readonly number[];
}

/** Counts by class, with the classes in the order that labels have everywhere. */
export const surveyOf = (counts: ReadonlyMap<string, number>): Survey => {
  const classes = [...counts.keys()].sort();
  return { classes, counts: classes.map((name) => counts.get(name)!) };
};

/** A CSV in the manner of fer2013.csv; anything else is a folder of class folders. */
export const isCsv = (uri: string): boolean => /\.csv$/i.test(splitFragment(uri).uri);

/** Puts the input's field before the message of a ConfigError or DataError that reading it throws. */
export async function* naming<T>(field: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${field}: ${error.message}`, { cause: error });
    if (error instanceof DataError) throw new DataError(`${field}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A benchmark holds a class that nothing was trained on; its images could only be wrong. */
export const unknownClass = (field: string, name: string, classes: readonly string[]): DataError =>
  new DataError(`${field}: unknown class "${name}". The labelled set has ${classes.join(', ')}.`);
