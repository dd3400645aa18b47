import type { RejectionCounts } from '../../contracts/rejections.ts';
import type { ImageLimits } from '../decode.ts';
import type { RawItem } from '../raw-item.ts';
import type { Contents } from './contents.ts';

/** A labelled set or a benchmark as the execution input names it. */
export interface LabelledSource {
  /** `labelled` or `benchmarks.<name>`: how messages call it. */
  readonly field: string;
  /** May end in a `#` and the names of splits. */
  readonly uri: string;
}

/** A source and what was found there. */
export interface FoundSource extends LabelledSource {
  readonly contents: Contents;
}

/** Images listed, not yet read, by class. */
export interface Survey {
  /** In the order of their labels. */
  readonly classes: readonly string[];
  /** In the order of `classes`. */
  readonly counts: readonly number[];
  /** Images that listing tells to have no class, with one of them. */
  readonly leftOut?: LeftOut | undefined;
}

export interface LeftOut {
  readonly counts: RejectionCounts;
  readonly example: { readonly key: string; readonly detail: string } | undefined;
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
  matches(source: FoundSource): boolean | Promise<boolean>;
  /**
   * Counts the images of each class without decoding any.
   * @throws ConfigError on a place that cannot be read, DataError on data of another layout
   */
  survey(source: FoundSource): Promise<Survey>;
  /** The images with their class, in a fixed order. Throws what `survey` throws. */
  read(source: FoundSource, limits: Pick<ImageLimits, 'maxBytes'>): AsyncIterable<RawItem>;
}

/**
 * Counts by class, in the order that labels have everywhere. Names that Unicode writes in two ways are one.
 * @param order - classes that stand in the order of this list, in front of others; these follow in natural order, 2 before 10
 */
export function surveyOf(
  counts: ReadonlyMap<string, number>,
  order: readonly string[] = [],
  leftOut?: LeftOut | undefined,
): Survey {
  const composed = new Map<string, number>();
  for (const [name, count] of counts) {
    const key = name.normalize('NFC');
    composed.set(key, (composed.get(key) ?? 0) + count);
  }
  const rank = new Map(order.map((name, i) => [name, i]));
  const classes = [...composed.keys()].sort(
    (a, b) => (rank.get(a) ?? order.length) - (rank.get(b) ?? order.length) || naturally(a, b),
  );
  return { classes, counts: classes.map((name) => composed.get(name)!), leftOut };
}

/** By code unit, but numbers by their value. The order is the same on every machine, whatever its language. */
function naturally(a: string, b: string): number {
  const [as, bs] = [a, b].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (let i = 0; i < Math.min(as.length, bs.length); i++) {
    const [x, y] = [as[i]!, bs[i]!];
    const difference = i % 2 === 1 ? Number(x) - Number(y) : 0;
    if (difference !== 0) return difference;
    if (x !== y) return x < y ? -1 : 1;
  }
  return as.length - bs.length;
}
