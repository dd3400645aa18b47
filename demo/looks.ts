/** How the images of one source differ from each other: who stands before the camera, and how it is held. */
export interface Look {
  /** Lightness of the skin in percent: range. */
  readonly skin: readonly [number, number];
  /** Probability of each accessory. */
  readonly glasses: number;
  readonly beard: number;
  readonly hat: number;
  readonly longHair: number;
  /** Half width of the face over its half height: range. */
  readonly slimness: readonly [number, number];
  /** Strength of the expression: mean and deviation, cut to [0.3, 1.5]. */
  readonly intensity: readonly [number, number];
  /** Standard deviations: head tilt in degrees, position and size in percent, turn to the side in percent. */
  readonly tilt: number;
  readonly shift: number;
  readonly zoom: number;
  readonly turn: number;
  /** Largest darkening by light from one side, 0 to 1. */
  readonly shade: number;
  /** Contrast as a factor: range. */
  readonly contrast: readonly [number, number];
  /** Offset of the brightness in grey levels: standard deviation. */
  readonly brightness: number;
  /** Blur radius in pixels of the 64-pixel image: largest. */
  readonly blur: number;
  /** Sensor noise in grey levels: largest standard deviation. */
  readonly noise: number;
}

/** The labelled set and the benchmark: portraits taken by people who wanted to see a face. */
export const ALBUM: Look = {
  skin: [50, 80],
  glasses: 0.15,
  beard: 0.15,
  hat: 0.05,
  longHair: 0.4,
  slimness: [0.72, 0.9],
  intensity: [1.3, 0.15],
  tilt: 5,
  shift: 2.5,
  zoom: 4,
  turn: 3,
  shade: 0.3,
  contrast: [0.8, 1.1],
  brightness: 10,
  blur: 0.6,
  noise: 5,
};

/** The pool: other people, more hats and beards, harder light, weaker cameras. */
export const STREET: Look = {
  skin: [38, 72],
  glasses: 0.2,
  beard: 0.25,
  hat: 0.2,
  longHair: 0.3,
  slimness: [0.78, 1],
  intensity: [1.3, 0.17],
  tilt: 6,
  shift: 3,
  zoom: 5,
  turn: 4,
  shade: 0.4,
  contrast: [0.65, 1],
  brightness: 14,
  blur: 0.8,
  noise: 7,
};
