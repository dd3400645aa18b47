import { describe, expect, it } from 'vitest';
import type { Images } from '../../../core/data/images.ts';
import { GRADIENTS, gradientHistograms } from '../../../core/gate/gradients.ts';
import { AREA, greyImages, SIDE } from '../../../core/gate/grey.ts';
import { BANDS, bandsOf, frequencyOf, invertSpectrum, spectrumOf } from '../../../core/gate/spectrum.ts';
import { random } from '../../../core/tensor/random.ts';

const imageOf = (size: number, value: (x: number, y: number) => number): Images<Float32Array> => {
  const pixels = Float32Array.from({ length: size * size }, (_, i) => value(i % size, Math.floor(i / size)));
  return { size, channels: 1, count: 1, pixels };
};

describe('Function: greyImages', () => {
  it.each([16, 32, 48, 96, 128])(
    'shows an even slope of %d pixels as the same slope, so no size has an edge over another',
    (size) => {
      const { pixels } = greyImages(imageOf(size, (x) => (x + 0.5) / size));
      // Away from the border, where the triangle is cut.
      for (let x = 4; x < SIDE - 4; x++) expect(pixels[20 * SIDE + x]).toBeCloseTo((x + 0.5) / SIDE, 3);
    },
  );

  it('sees lightness alone: the mean of the channels, of bytes and floats alike', () => {
    const pixels = new Uint8Array(SIDE * SIDE * 3).map((_, i) => [30, 60, 210][i % 3]!);
    const grey = greyImages({ size: SIDE, channels: 3, count: 1, pixels });
    expect(grey.channels).toBe(1);
    expect(grey.pixels.every((value) => Math.abs(value - 100 / 255) < 1e-6)).toBe(true);
  });
});

describe('Function: gradientHistograms', () => {
  const of = (value: (x: number, y: number) => number): Float32Array => gradientHistograms(imageOf(SIDE, value));
  const byDirection = (histogram: Float32Array): number[] =>
    [...Array(8).keys()].map((d) => [...histogram].filter((_, i) => i % 8 === d).reduce((sum, v) => sum + v * v, 0));

  it.each([
    ['to the right', (x: number) => x / SIDE, 0],
    ['to the left', (x: number) => -x / SIDE, 4],
    ['down', (_: number, y: number) => y / SIDE, 2],
    ['up and right', (x: number, y: number) => (x - y) / SIDE, 7],
  ])('puts light that grows %s into one direction', (_, value, direction) => {
    const sums = byDirection(of(value));
    const all = sums.reduce((sum, one) => sum + one, 0);
    expect(sums[direction]! / all).toBeCloseTo(1, 5);
  });

  it('is nothing for an image in which nothing is to be seen', () => {
    expect(of(() => 0.4).every((value) => value === 0)).toBe(true);
  });

  it('does not change with brightness and contrast', () => {
    const draw = random('gradients');
    const noise = Float32Array.from({ length: AREA }, () => draw.next());
    const [one, other] = [of((x, y) => noise[y * SIDE + x]!), of((x, y) => 0.2 + 0.5 * noise[y * SIDE + x]!)];
    expect(one).toHaveLength(GRADIENTS);
    for (let i = 0; i < GRADIENTS; i++) expect(other[i]).toBeCloseTo(one[i]!, 4);
  });
});

describe('the spectrum', () => {
  it('gives the image back, and its first number is the sum of all', () => {
    const draw = random('spectrum');
    const image = Float32Array.from({ length: AREA }, () => draw.normal());
    const spectrum = spectrumOf(image);
    const back = invertSpectrum(spectrum);
    for (let i = 0; i < AREA; i++) expect(back[i]).toBeCloseTo(image[i]!, 6);
    expect(spectrum.real[0]).toBeCloseTo(
      image.reduce((sum, value) => sum + value, 0),
      6,
    );
  });

  it.each([
    [1, 0],
    [7, 3],
    [24, 11],
  ])('finds %d waves a side in band %d, and the power of Parseval', (waves, band) => {
    const image = imageOf(SIDE, (x) => Math.cos((2 * Math.PI * waves * x) / SIDE)).pixels;
    const bands = bandsOf(image);
    expect(bands.indexOf(Math.max(...bands))).toBe(band);
    const { real, imaginary } = spectrumOf(image);
    const power = real.reduce((sum, value, i) => sum + value ** 2 + imaginary[i]! ** 2, 0);
    expect(power / AREA).toBeCloseTo(
      image.reduce((sum, value) => sum + value * value, 0),
      3,
    );
    expect(bands).toHaveLength(BANDS);
    expect(frequencyOf(waves)).toBe(waves);
    expect(frequencyOf(SIDE - 1)).toBe(1);
  });
});
