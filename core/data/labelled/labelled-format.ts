import type { RawItem } from '../raw-item.ts';

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

/**
 * One way to lay out a labelled set. A new one is a file beside this one and an entry in `registry.ts`. It must not
 * import a decoder: Plan is a Lambda function and surveys with it.
 */
export interface LabelledFormat {
  readonly name: string;
  /** What a person has to give, to follow "It must be": for help and error messages. */
  readonly about: string;
  /** Whether the source is one of these, by its name or by what lies there. */
  matches(source: LabelledSource): boolean | Promise<boolean>;
  /**
   * Counts the images of each class without decoding any.
   * @throws ConfigError on a place that cannot be read, DataError on data of another layout
   */
  survey(source: LabelledSource): Promise<Survey>;
  /** The images with their class, in a fixed order. Throws what `survey` throws. */
  read(source: LabelledSource): AsyncIterable<RawItem>;
}

/** Counts by class, with the classes in the order that labels have everywhere. */
export function surveyOf(counts: ReadonlyMap<string, number>): Survey {
  const classes = [...counts.keys()].sort();
  return { classes, counts: classes.map((name) => counts.get(name)!) };
}
