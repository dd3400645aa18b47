import { z } from 'zod';

interface MethodEntry {
  /** Views along each side of an image: it holds `factor`² of them in a grid. */
  readonly factor: 1 | 2;
  /** Whether chance has a part in it: such a set is drawn several times (`draws`), and a gain has to outlast that. */
  readonly drawn: boolean;
  /** Images that each of its views is the mean of; 0 where it starts from none. @default one */
  readonly averaged?: number;
  /** What its images are, for the report. */
  readonly about: string;
  /** It matches the features of nets that are trained for that: a run that asks for it trains them once. @default false */
  readonly matchesFeatures?: boolean;
  /** It learns labels of its own, in place of what the teachers say of its images; a label bank is the teachers' in any case. @default false */
  readonly learnsLabels?: boolean;
  /** It asks the primitives what they know already. @default false */
  readonly asksPrimitives?: boolean;
}

/** Selects real images, one per slot, and is there to be beaten. Its sets are not released. */
interface Baseline extends MethodEntry {
  readonly baseline: true;
}

/** Makes or chooses images that a release may hold. */
interface Distillation extends MethodEntry {
  readonly baseline: false;
  /** What one of its images tells of the pool's images: a sentence for the card, on which rights depend. */
  readonly traces: string;
}

/** Images that look alike in each mean of the sets that are made of means. */
const AVERAGED = 10;

/**
 * Every way to make a distilled set, by the name that `distill.methods` takes. How it works is in the file of that name in
 * `core/distill/methods`: a new method is an entry here and a file there.
 */
export const METHODS = {
  random: { baseline: true, factor: 1, drawn: true, about: 'mined images drawn by chance' },
  herding: {
    baseline: true,
    factor: 1,
    drawn: false,
    about: 'mined images that together come closest to the class mean',
  },
  'k-center': { baseline: true, factor: 1, drawn: false, about: 'mined images that lie farthest from one another' },
  packed: {
    baseline: false,
    factor: 2,
    drawn: true,
    about: 'four mined images in each, with the teachers’ soft label for each of them',
    traces: 'an image holds four pool images at half their height and width; nothing else was done to them',
  },
  dm: {
    baseline: false,
    factor: 2,
    drawn: true,
    about: 'packed images whose pixels were then optimised until their features match those of the mined set',
    matchesFeatures: true,
    traces:
      'an image started from four pool images at half their height and width and was optimised, which does not make people in them unrecognisable',
  },
  'dm-whole': {
    baseline: false,
    factor: 1,
    drawn: true,
    about:
      'mined images at full size whose pixels were then optimised until their features match those of the mined set',
    matchesFeatures: true,
    traces:
      'an image started from a pool image at the size of the set and was optimised, which does not make people in it unrecognisable',
  },
  ncfm: {
    baseline: false,
    factor: 2,
    drawn: true,
    about:
      'packed images whose pixels were then optimised until the characteristic function of their features matches that of the mined set',
    matchesFeatures: true,
    traces:
      'an image started from four pool images at half their height and width and was optimised, which does not make people in them unrecognisable',
  },
  dc: {
    baseline: false,
    factor: 2,
    drawn: true,
    about:
      'packed images whose pixels were then optimised until a net learns the same of them as of the mined set, by its gradients',
    matchesFeatures: true,
    traces:
      'an image started from four pool images at half their height and width and was optimised, which does not make people in them unrecognisable',
  },
  averages: {
    baseline: false,
    factor: 2,
    drawn: true,
    averaged: AVERAGED,
    about: 'four means in each, of ten mined images that look alike',
    traces:
      'an image holds four means, each of ten pool images that look alike or of labelled ones where too few of a class were mined, at half their height and width',
  },
  'dm-averages': {
    baseline: false,
    factor: 2,
    drawn: true,
    averaged: AVERAGED,
    about:
      'four means in each, of ten mined images that look alike, whose pixels were then optimised until their features match those of the mined set',
    matchesFeatures: true,
    traces:
      'an image started from four means of ten pool images that look alike, at half their height and width, and was optimised to be like the mined ones of its class',
  },
  'dm-noise': {
    baseline: false,
    factor: 2,
    drawn: true,
    averaged: 0,
    about:
      'four views of noise in each, whose pixels were then optimised until their features match those of the mined set',
    matchesFeatures: true,
    traces:
      'an image started from noise and was optimised to be like the mined ones of its class together: no single one went into it',
  },
  labels: {
    baseline: false,
    factor: 1,
    drawn: true,
    about:
      'mined images drawn by chance, with soft labels that were optimised until a net learns the same of them as of the mined set',
    matchesFeatures: true,
    learnsLabels: true,
    asksPrimitives: true,
    traces:
      'an image is a whole pool image at the size of the set, or a labelled one where too few of a class were mined: it was drawn by chance, its label was optimised, and nothing else was done to it',
  },
  unrolled: {
    baseline: false,
    factor: 1,
    drawn: true,
    about:
      'mined images at full size whose labels, then pixels were optimised for what the primitives know after some steps on them',
    learnsLabels: true,
    asksPrimitives: true,
    traces:
      'an image started from a pool image at the size of the set and was optimised, which does not make people in it unrecognisable',
  },
  selection: {
    baseline: false,
    factor: 1,
    drawn: false,
    about: 'mined images that the teachers are sure of and the primitives wrong about, far from one another',
    asksPrimitives: true,
    traces:
      'an image is a whole pool image at the size of the set, or a labelled one where too few of a class were mined: it was chosen, and nothing else was done to it',
  },
} as const satisfies Record<string, Baseline | Distillation>;

export type Method = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as [Method, ...Method[]];
/** How a distilled set is made. */
export const Method = z.enum(METHOD_NAMES);

/** Fewest images of a class that a set of so many of a class is made from. */
export const neededOf = (method: Method, ipc: number): number => {
  const { factor, averaged = 1 }: MethodEntry = METHODS[method];
  return Math.max(ipc * factor ** 2, averaged);
};

/** Whether a method needs the nets whose features it matches. */
export const matchesFeatures = (method: Method): boolean => {
  const entry: MethodEntry = METHODS[method];
  return entry.matchesFeatures ?? false;
};

/** Whether a set's images or labels are optimised. */
export const optimises = (method: Method): boolean => {
  const entry: MethodEntry = METHODS[method];
  return matchesFeatures(method) || (entry.learnsLabels ?? false);
};

/** Whether `distill.matching.floor` holds for the images of a method. */
export const keepsFloor = (method: Method): boolean => {
  const entry: MethodEntry = METHODS[method];
  return matchesFeatures(method) && !(entry.learnsLabels ?? false);
};

/** Whether no single image went into the images of a method. */
export const startsFromNone = (method: Method): boolean => {
  const entry: MethodEntry = METHODS[method];
  return entry.averaged === 0;
};

/** Whether a method is given the primitives. */
export const asksPrimitives = (method: Method): boolean => {
  const entry: MethodEntry = METHODS[method];
  return entry.asksPrimitives ?? false;
};

/** Whether a method is there to be beaten: its sets are measured and not released. */
export const isBaseline = (method: Method): boolean => METHODS[method].baseline;
