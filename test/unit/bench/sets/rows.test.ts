import { describe, expect, it } from 'vitest';
import { BANK_LABELS, bitsOf, kept, parseRow, rowName } from '../../../../bench/sets/rows.ts';

describe('rows of bench:sets', () => {
  it.each([
    'random-ipc10-8192-bank',
    'k-center-ipc1-512-top-2',
    'dm-ipc50-hard',
    'packed-ipc5-fixed',
    'no-pool-2048-bank',
    'no-pool-hard',
  ])('%s is found again by its name, or what was measured would be lost', (name) =>
    expect(rowName(parseRow(name))).toBe(name),
  );

  it.each(['random', 'best-ipc10-fixed', 'random-ipc10-bank', 'random-ipc10-512-fixed', 'no-pool', ''])(
    '%j is refused with what is allowed',
    (name) => expect(() => parseRow(name)).toThrow(`"${name}" is no row. It must be METHOD-ipcK-VIEWS-(bank|`),
  );

  it('keeps of a label what its bytes can hold', () => {
    const label = Float32Array.of(0.5, 0.3, 0.15, 0.05);
    const near = (labels: (typeof BANK_LABELS)[number], wanted: number[]) =>
      kept(labels, label, 4).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
    near('bank', [0.5, 0.3, 0.15, 0.05]);
    near('top-2', [0.5, 0.3, 0.1, 0.1]);
    near('4-bit', [8 / 16, 5 / 16, 2 / 16, 1 / 16]);
    near('class', [1, 0, 0, 0]);
    for (const labels of BANK_LABELS) {
      const sum = kept(labels, label, 4).reduce((all, value) => all + value, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    expect(BANK_LABELS.map((labels) => bitsOf(labels, 7))).toEqual([56, 14, 28, 3]);
  });
});
