import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../core/format/sha256.ts';
import { formatChecksums, parseChecksums } from '../../../../core/publish/release/checksums.ts';

const SUM = sha256(Buffer.from('abc'));

describe('SHA256SUMS', () => {
  it('is what sha256sum --check reads', () => {
    expect(SUM).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(
      formatChecksums(
        new Map([
          ['b', SUM],
          ['a b', SUM],
        ]),
      ),
    ).toBe(`${SUM}  a b\n${SUM}  b\n`);
  });

  it('does not let a name with a line break forge a line', () => {
    expect(formatChecksums(new Map([['a\nb', SUM]]))).toBe(`\\${SUM}  a\\nb\n`);
  });

  it('reads back every name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 5 }), (names) => {
        const sums = new Map(names.map((name) => [name, sha256(Buffer.from(name))]));
        expect(new Map([...parseChecksums(formatChecksums(sums))].sort())).toEqual(new Map([...sums].sort()));
      }),
      { numRuns: 100 },
    );
  });

  it('names the line that is none', () => {
    expect(() => parseChecksums(`${SUM}  a\nnonsense\n`)).toThrow('line 2');
  });
});
