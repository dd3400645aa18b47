import { AREA, SIDE } from './grey.ts';

/** The two-dimensional Fourier transform of a 48 by 48 image, `[48, 48]` each. */
export interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

const COSINE = Float64Array.from({ length: SIDE }, (_, i) => Math.cos((2 * Math.PI * i) / SIDE));
const SINE = Float64Array.from({ length: SIDE }, (_, i) => Math.sin((2 * Math.PI * i) / SIDE));

export const spectrumOf = (image: ArrayLike<number>): Spectrum => {
  const real = Float64Array.from(image);
  const imaginary = new Float64Array(AREA);
  transform(real, imaginary, 1);
  return { real, imaginary };
};

/** The real part of the image that has the spectrum. */
export const invertSpectrum = ({ real, imaginary }: Spectrum): Float32Array => {
  const [re, im] = [real.slice(), imaginary.slice()];
  transform(re, im, -1);
  return Float32Array.from(re, (value) => value / AREA);
};

/** Waves per side that a place of a spectrum stands for. */
export function frequencyOf(at: number): number {
  const folded = (k: number): number => Math.min(k, SIDE - k);
  return Math.hypot(folded(at % SIDE), folded(Math.floor(at / SIDE)));
}

/** Rings that the spectrum is divided into, two waves per side wide each; the last one takes all that is finer. */
export const BANDS = 12;

const BAND = Uint8Array.from({ length: AREA }, (_, at) => Math.min(Math.floor(frequencyOf(at) / 2), BANDS - 1));
const BAND_SIZES = BAND.reduce((sizes, band) => sizes.fill(sizes[band]! + 1, band, band + 1), new Float64Array(BANDS));

/** Logarithm of the mean power in each band: how much of an image is coarse and how much is fine. */
export const bandsOf = (image: ArrayLike<number>): Float64Array => {
  const { real, imaginary } = spectrumOf(image);
  const power = new Float64Array(BANDS);
  BAND.forEach((band, at) => (power[band]! += (real[at]! ** 2 + imaginary[at]! ** 2) / BAND_SIZES[band]!));
  return power.map((value) => Math.log(value + 1));
};

/** Rows, then columns, in place: 48 is too short a side for a fast transform to be worth its code. */
function transform(real: Float64Array, imaginary: Float64Array, sign: 1 | -1): void {
  for (const [step, line] of [
    [1, SIDE],
    [SIDE, 1],
  ] as const) {
    const [re, im] = [new Float64Array(SIDE), new Float64Array(SIDE)];
    for (let start = 0; start < SIDE * line; start += line) {
      for (let k = 0; k < SIDE; k++) {
        let [sumRe, sumIm] = [0, 0];
        for (let n = 0, at = start, turn = 0; n < SIDE; n++, at += step, turn = (turn + k) % SIDE) {
          const [c, s] = [COSINE[turn]!, sign * SINE[turn]!];
          sumRe += real[at]! * c + imaginary[at]! * s;
          sumIm += imaginary[at]! * c - real[at]! * s;
        }
        re[k] = sumRe;
        im[k] = sumIm;
      }
      for (let k = 0, at = start; k < SIDE; k++, at += step) {
        real[at] = re[k]!;
        imaginary[at] = im[k]!;
      }
    }
  }
}
