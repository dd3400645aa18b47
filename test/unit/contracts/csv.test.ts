import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvRecord } from '../../../core/contracts/csv.ts';

it('quotes no more than it must, and doubles quotation marks', () => {
  expect(csvRecord(['a', 'b c', '', '1.5', 'd,e', 'f"g', 'h\ni', ' j', 'k\t'])).toBe(
    'a,b c,,1.5,"d,e","f""g","h\ni"," j","k\t"',
  );
});

it('is read back cell by cell, whatever strangers have called their images', () => {
  const cells = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(cells, (record) => {
      expect(parse(`${csvRecord(record)}\r\n`, { trim: true, record_delimiter: '\r\n' })).toEqual([record]);
    }),
    { seed: 4, numRuns: 300 },
  );
});
