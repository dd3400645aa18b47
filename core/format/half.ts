const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/**
 * The half float nearest to a number, as its 16 bits; of two that are equally near, the even one.
 * @see IEEE 754-2008, binary16
 */
export const toHalfBits = (value: number): number => {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | (fraction === 0 ? 0x7c00 : 0x7e00);
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent < -10) return sign;
  // Below the least normal number there is no hidden bit, and the fraction moves to the right.
  const whole = exponent > 0 ? (exponent << 23) | fraction : (fraction | 0x800000) >>> (1 - exponent);
  const lost = exponent > 0 ? 0 : (fraction | 0x800000) & ((1 << (1 - exponent)) - 1);
  const kept = whole >>> 13;
  const rest = whole & 0x1fff;
  const up = rest > 0x1000 || (rest === 0x1000 && (lost > 0 || (kept & 1) === 1));
  // A fraction that overflows raises the exponent, up to infinity: the bits are in that order.
  return sign | (kept + (up ? 1 : 0));
};

/** The number that 16 bits stand for as a half float. */
export const fromHalfBits = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
};

/** Values as half floats can hold them: what is read again after they were stored as such. */
export const toHalfPrecision = (values: Float32Array): Float32Array =>
  values.map((value) => fromHalfBits(toHalfBits(value)));
