import type { DemoRandom } from './random.ts';

export const EXPRESSIONS = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'] as const;
export type Expression = (typeof EXPRESSIONS)[number];

/** What the muscles do, as offsets in hundredths of the image's height unless another unit is named. */
export interface Muscles {
  /** Rise of the inner and the outer end of the brows. */
  readonly browInner: number;
  readonly browOuter: number;
  /** How far the brows move together. */
  readonly browPinch: number;
  /** Opening of the eyes as a factor; 1 at rest. */
  readonly eyeOpen: number;
  /** Fall of the outer eye corners. */
  readonly eyeSlant: number;
  /** Rise of the mouth's corners. */
  readonly mouthCurve: number;
  readonly mouthOpen: number;
  /** Width of the mouth as a factor; 1 at rest. */
  readonly mouthWidth: number;
  /** Rise of the upper lip. */
  readonly lipRaise: number;
  /** Share of the open mouth that shows teeth, 0 to 1. */
  readonly teeth: number;
  /** Strength of the folds beside the nose and between the brows, 0 to 1. */
  readonly folds: number;
}

const REST: Muscles = {
  browInner: 0,
  browOuter: 0,
  browPinch: 0,
  eyeOpen: 1,
  eyeSlant: 0,
  mouthCurve: 0,
  mouthOpen: 0,
  mouthWidth: 1,
  lipRaise: 0,
  teeth: 0,
  folds: 0,
};

/** Full strength of each expression in its usual forms, after the action units that the emotions are described by. */
const FORMS: Record<Expression, readonly Partial<Muscles>[]> = {
  angry: [
    { browInner: -5, browOuter: 2, browPinch: 2.5, eyeOpen: 0.75, mouthCurve: -2, mouthWidth: 0.88, folds: 0.5 },
    {
      browInner: -5,
      browOuter: 2.5,
      browPinch: 2,
      eyeOpen: 1.1,
      mouthCurve: -2,
      mouthOpen: 5,
      mouthWidth: 1.05,
      teeth: 0.8,
      folds: 0.5,
    },
  ],
  disgust: [
    {
      browInner: -3,
      browOuter: -1.5,
      browPinch: 1,
      eyeOpen: 0.5,
      mouthCurve: -2,
      mouthOpen: 1.5,
      lipRaise: 4,
      teeth: 0.5,
      folds: 1,
    },
    { browInner: -2.5, browOuter: -1, browPinch: 1, eyeOpen: 0.55, mouthCurve: -3, lipRaise: 3, folds: 1 },
  ],
  fear: [
    {
      browInner: 5,
      browOuter: 1.5,
      browPinch: 2,
      eyeOpen: 1.5,
      mouthCurve: -2,
      mouthOpen: 3.5,
      mouthWidth: 1.2,
      teeth: 0.5,
    },
    { browInner: 5, browOuter: 1, browPinch: 2, eyeOpen: 1.45, mouthCurve: -1.5, mouthOpen: 6, mouthWidth: 0.95 },
  ],
  happy: [
    { browOuter: 0.5, eyeOpen: 0.8, mouthCurve: 5, mouthWidth: 1.25, folds: 0.2 },
    { browOuter: 1, eyeOpen: 0.7, mouthCurve: 5, mouthOpen: 5, mouthWidth: 1.3, teeth: 0.8, folds: 0.3 },
  ],
  neutral: [{}],
  sad: [
    { browInner: 4, browOuter: -2.5, browPinch: 1, eyeOpen: 0.7, eyeSlant: 1.8, mouthCurve: -4, mouthWidth: 0.9 },
    { browInner: 3, browOuter: -2.5, eyeOpen: 0.5, eyeSlant: 2, mouthCurve: -3, mouthWidth: 0.95, lipRaise: -0.5 },
  ],
  surprise: [
    { browInner: 5, browOuter: 5.5, eyeOpen: 1.5, mouthOpen: 10, mouthWidth: 0.68 },
    { browInner: 6, browOuter: 5.5, eyeOpen: 1.4, mouthOpen: 6, mouthWidth: 0.62 },
  ],
};

/** How much a muscle differs between two faces of the same expression. */
const JITTER: Muscles = {
  browInner: 0.9,
  browOuter: 0.9,
  browPinch: 0.5,
  eyeOpen: 0.1,
  eyeSlant: 0.4,
  mouthCurve: 0.8,
  mouthOpen: 0.6,
  mouthWidth: 0.07,
  lipRaise: 0.4,
  teeth: 0.15,
  folds: 0.08,
};

const MUSCLES = Object.keys(REST) as (keyof Muscles)[];

/**
 * The muscles of one face: a form of the expression at the given strength, with the face's own deviations.
 * @param intensity - 0 is a face at rest, 1 the full expression
 */
export const drawMuscles = (random: DemoRandom, expression: Expression, intensity: number): Muscles => {
  const form: Muscles = { ...REST, ...random.pick(FORMS[expression]) };
  const values = MUSCLES.map((muscle) => {
    const target = REST[muscle] + intensity * (form[muscle] - REST[muscle]);
    return [muscle, random.normal(target, JITTER[muscle])] as const;
  });
  return Object.fromEntries(values) as unknown as Muscles;
};
