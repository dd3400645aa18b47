import { describe, expect, it } from 'vitest';
import { counted, duration, listed, memory, points } from '../../../core/text/format.ts';

describe('numbers of the report', () => {
  it.each([
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [3599.4, '59 min 59 s'],
    [3601, '1 h 00 min'],
    [11_100, '3 h 05 min'],
  ])('write %d seconds as a person says them', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('write memory in the unit that fits', () => {
    expect([memory(819.6), memory(1536)]).toEqual(['820 MiB', '1.5 GiB']);
  });

  it('print an interval only where there are several seeds, and no sign on nothing', () => {
    const interval = { low: -0.041, high: 0.0001 };
    expect(points({ mean: -0.0329, std: 0.004, values: [0, 0], ...interval })).toBe(
      '−3.3\u00a0(−4.1\u00a0to\u00a00.0)',
    );
    expect(points({ mean: -0.0001, std: 0, values: [0], ...interval })).toBe('0.0');
  });

  it('read as sentences', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect([counted(1, 'class', 'classes'), counted(26_078, 'class', 'classes')]).toEqual([
      '1 class',
      '26,078 classes',
    ]);
  });
});
