import { OmnidistillError } from '../../core/errors.ts';

/** Label of an image of no class, and of one whose class nobody knows: the truth leaves it out. */
export const [NO_CLASS, UNKNOWN] = ['none', 'unknown'] as const;

/** An encoded image with what it truly shows. */
export interface TaskImage {
  /** A class, `NO_CLASS` or `UNKNOWN`. */
  readonly label: string;
  readonly png: Buffer;
  /** File name in the pool; by default the place in the pool's order. */
  readonly name?: string;
}

/** Images of each class, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** Names a stream of random numbers. */
export type Stream = readonly (string | number)[];

/** What a run is given, and the truth that it is scored by. No image stands in two of the three parts. */
export interface TaskData {
  /** The label is the folder that the image is put in: a wrong one is part of some tasks. */
  readonly labelled: readonly TaskImage[];
  readonly pool: readonly TaskImage[];
  readonly benchmark: readonly TaskImage[];
}

/** Where the images that are not drawn come from. */
export interface Places {
  /** Folder that keeps what was fetched from the npm registry. */
  readonly cache: string;
  /** Folder of FER2013 and UTKFace, laid out as `fer/faces.ts` says. */
  readonly faces?: string | undefined;
  /** Folder of the four files of Fashion-MNIST. */
  readonly clothes?: string | undefined;
}

/** A problem that runs are measured on. */
export interface BenchTask {
  /** Folder and row of the table. */
  readonly name: string;
  /** What it shows and what is hard about it, in a line. */
  readonly about: string;
  /** Only when it is asked for by its name. */
  readonly closed?: boolean;
  /**
   * Makes its images; the same seed gives the same bytes.
   * @throws TaskUnavailableError when what it is made from is not on this machine
   */
  make(seed: number, places: Places): Promise<TaskData>;
}

/** A task whose images are not here and cannot be had; it is skipped. */
export class TaskUnavailableError extends OmnidistillError {
  public override readonly name = 'TaskUnavailableError';
}
