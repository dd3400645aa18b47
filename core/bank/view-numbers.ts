/**
 * Uniform numbers in [0, 1) by their place alone: the seed, the view, and what they are for. No state is passed on, so that any view
 * can be made without those before it, in any language with 32-bit integers.
 * @see Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011), for generators that count; the mixer is MurmurHash3's
 */
export const uniformAt = (seed: number, view: number, slot: number): number =>
  mixed(mixed(mixed(seed) ^ view) ^ slot) / 2 ** 32;

/** MurmurHash3's finaliser of a 32-bit number, which the golden ratio keeps from mapping 0 to itself. */
function mixed(value: number): number {
  let h = (value + 0x9e37_79b9) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
