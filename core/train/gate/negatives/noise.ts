import { AREA, SIDE } from '../../../gate/grey.ts';
import { frequencyOf, invertSpectrum, spectrumOf } from '../../../gate/spectrum.ts';
import type { Random } from '../../../tensor/random.ts';
import { bilinear } from './spoiled.ts';

/** Values of any mean and contrast. */
const exposed = (values: Float32Array, random: Random): Float32Array => {
  const mean = values.reduce((sum, value) => sum + value, 0) / AREA;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / AREA);
  const [level, contrast] = [random.uniform(0.25, 0.75), random.uniform(0.015, 0.25)];
  return values.map((value) => level + (contrast * (value - mean)) / Math.max(deviation, 1e-9));
};

/** Every pixel by itself. */
export const white = (random: Random): Float32Array =>
  exposed(
    Float32Array.from({ length: AREA }, () => random.normal()),
    random,
  );

/** Amplitudes that fall with the frequency, as those of photographs do: clouds. */
export const clouds = (random: Random): Float32Array => {
  const spectrum = spectrumOf(Float32Array.from({ length: AREA }, () => random.normal()));
  const fall = random.uniform(0.5, 2.5);
  for (let i = 0; i < AREA; i++) {
    const gain = Math.max(frequencyOf(i), 1) ** -fall;
    spectrum.real[i]! *= gain;
    spectrum.imaginary[i]! *= gain;
  }
  return exposed(invertSpectrum(spectrum), random);
};

/** A few random levels, interpolated: soft spots. */
export const blobs = (random: Random): Float32Array => {
  const side = 3 + random.below(6);
  const grid = Float32Array.from({ length: side * side }, () => random.next());
  const scale = (side - 1) / (SIDE - 1);
  const eased = (at: number): number => {
    const part = at % 1;
    return at - part + part * part * (3 - 2 * part);
  };
  return exposed(
    Float32Array.from({ length: AREA }, (_, i) =>
      bilinear(grid, eased((i % SIDE) * scale), eased(Math.floor(i / SIDE) * scale), side),
    ),
    random,
  );
};

/** Light that falls from one side, or nothing at all. */
export const gradient = (random: Random): Float32Array => {
  const [level, slope] = [random.next(), random.next() < 0.3 ? 0 : random.uniform(0, 0.02)];
  const [angle, noise] = [random.uniform(0, 2 * Math.PI), random.next() < 0.5 ? 0 : random.uniform(0, 0.015)];
  return Float32Array.from({ length: AREA }, (_, i) => {
    const along = Math.cos(angle) * ((i % SIDE) - SIDE / 2) + Math.sin(angle) * (Math.floor(i / SIDE) - SIDE / 2);
    return Math.max(0, Math.min(1, level + slope * along + noise * random.normal()));
  });
};
