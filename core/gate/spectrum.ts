import { AREA, SIDE } from './grey.ts';

/** The two-dimensional Fourier transform of a 48 by 48 image, `[48, 48]` each. */
export interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

const HALF = SIDE / 2;
const COSINE = Float64Array.from({ length: SIDE }, (_, i) => Math.cos((2 * Math.PI * i) / SIDE));
const SINE = Float64Array.from({ length: SIDE }, (_, i) => Math.sin((2 * Math.PI * i) / SIDE));

/** Rows, then columns: 48 is too short a side for a fast transform to be worth its code. */
export const spectrumOf = (image: ArrayLike<number>): Spectrum => {
  const real = new Float64Array(AREA);
  const imaginary = new Float64Array(AREA);
  // The spectrum of real numbers mirrors itself, so half of the columns will do.
  for (let y = 0; y < SIDE; y++) {
    for (let k = 0; k <= HALF; k++) {
      let re = 0;
      let im = 0;
      for (let x = 0, turn = 0; x < SIDE; x++) {
        const value = image[y * SIDE + x]!;
        re += value * COSINE[turn]!;
        im -= value * SINE[turn]!;
        turn += k;
        if (turn >= SIDE) turn -= SIDE;
      }
      real[y * SIDE + k] = re;
      imaginary[y * SIDE + k] = im;
    }
  }
  for (let k = 0; k <= HALF; k++) transformColumn(real, imaginary, k, 1);
  for (let y = 0; y < SIDE; y++) {
    for (let x = HALF + 1; x < SIDE; x++) {
      const twin = ((SIDE - y) % SIDE) * SIDE + SIDE - x;
      real[y * SIDE + x] = real[twin]!;
      imaginary[y * SIDE + x] = -imaginary[twin]!;
    }
  }
  return { real, imaginary };
};

/** The real part of the image that has the spectrum. */
export const invertSpectrum = (spectrum: Spectrum): Float32Array => {
  const real = spectrum.real.slice();
  const imaginary = spectrum.imaginary.slice();
  for (let x = 0; x < SIDE; x++) transformColumn(real, imaginary, x, -1);
  const image = new Float32Array(AREA);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let k = 0, turn = 0; k < SIDE; k++) {
        sum += real[y * SIDE + k]! * COSINE[turn]! - imaginary[y * SIDE + k]! * SINE[turn]!;
        turn += x;
        if (turn >= SIDE) turn -= SIDE;
      }
      image[y * SIDE + x] = sum / AREA;
    }
  }
  return image;
};

/** Waves per side that a place of a spectrum stands for. */
export function frequencyOf(at: number): number {
  const folded = (k: number): number => Math.min(k, SIDE - k);
  return Math.hypot(folded(at % SIDE), folded(Math.floor(at / SIDE)));
}

/** Rings that the spectrum is divided into, two waves per side wide each; the last one takes all that is finer. */
export const BANDS = 12;

const BAND = Uint8Array.from({ length: AREA }, (_, at) => Math.min(Math.floor(frequencyOf(at) / 2), BANDS - 1));
const BAND_SIZES = Array.from({ length: BANDS }, (_, band) => BAND.filter((one) => one === band).length);

/** Logarithm of the mean power in each band: how much of an image is coarse and how much is fine. */
export const bandsOf = (image: ArrayLike<number>): Float64Array => {
  const { real, imaginary } = spectrumOf(image);
  const power = new Float64Array(BANDS);
  BAND.forEach((band, at) => (power[band]! += (real[at]! ** 2 + imaginary[at]! ** 2) / BAND_SIZES[band]!));
  return power.map((value) => Math.log(value + 1));
};

/** In place; forward, or back but for the scale. */
function transformColumn(real: Float64Array, imaginary: Float64Array, x: number, sign: 1 | -1): void {
  const re = new Float64Array(SIDE);
  const im = new Float64Array(SIDE);
  for (let k = 0; k < SIDE; k++) {
    for (let y = 0, at = x, turn = 0; y < SIDE; y++, at += SIDE) {
      const cosine = COSINE[turn]!;
      const sine = sign * SINE[turn]!;
      re[k]! += real[at]! * cosine + imaginary[at]! * sine;
      im[k]! += imaginary[at]! * cosine - real[at]! * sine;
      turn += k;
      if (turn >= SIDE) turn -= SIDE;
    }
  }
  for (let y = 0, at = x; y < SIDE; y++, at += SIDE) {
    real[at] = re[y]!;
    imaginary[at] = im[y]!;
  }
}
