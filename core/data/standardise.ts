/**
 * Deviation below which an image is not stretched further, in units of the full 0-to-1 range: without a floor a
 * constant image would become amplified noise.
 */
export const DEVIATION_FLOOR = 0.02;

/**
 * Per-image standardisation: zero mean, unit deviation.
 * @param pixels - images of `values` numbers each; 0 to 255 if bytes, 0 to 1 if floats
 * @returns float32 of the same length
 */
export const standardised = (pixels: Uint8Array | Float32Array, values: number): Float32Array => {
  const floor = pixels instanceof Uint8Array ? DEVIATION_FLOOR * 255 : DEVIATION_FLOOR;
  const result = new Float32Array(pixels.length);
  for (let start = 0; start < pixels.length; start += values) {
    const [mean, deviation] = momentsOf(pixels, start, values);
    const scale = 1 / Math.max(deviation, floor);
    for (let i = start; i < start + values; i++) result[i] = (pixels[i]! - mean) * scale;
  }
  return result;
};

function momentsOf(pixels: Uint8Array | Float32Array, start: number, values: number): [number, number] {
  let sum = 0;
  for (let i = start; i < start + values; i++) sum += pixels[i]!;
  const mean = sum / values;
  let squares = 0;
  for (let i = start; i < start + values; i++) squares += (pixels[i]! - mean) ** 2;
  return [mean, Math.sqrt(squares / values)];
}
