import { describe, expect, it } from 'vitest';
import { field, fieldsOf, float, message, text } from '../../../core/format/protobuf.ts';

describe('protocol buffers', () => {
  it('come back as they were written, long numbers too', () => {
    const inner = message(text(1, 'Ä'), field(2, 2 ** 40 + 7));
    const bytes = message(field(1, 300), field(16, inner), float(3, 0.5));
    const [first, second, third] = [...fieldsOf(bytes)];
    expect(first).toEqual({ number: 1, value: 300 });
    expect(second!.number).toBe(16);
    expect([...fieldsOf(second!.value as Buffer)]).toEqual([
      { number: 1, value: Buffer.from('Ä') },
      { number: 2, value: 2 ** 40 + 7 },
    ]);
    expect((third!.value as Buffer).readFloatLE()).toBe(0.5);
  });

  it('hold numbers below 0 as 64 bits, as TensorFlow reads an axis of -1', () => {
    expect(field(3, -1)).toEqual(Buffer.from([0x18, ...new Array<number>(9).fill(0xff), 0x01]));
  });

  it.each([
    ['a length that lies', Buffer.from([0x0a, 0x7f, 1])],
    ['a number without an end', Buffer.alloc(12, 0xff)],
    ['a kind that is none', Buffer.from([0x0f])],
    ['text', Buffer.from('{"not": "one"}')],
  ])('are refused where they are none, or a wrong file would be read as a model: %s', (_, bytes) => {
    expect(() => [...fieldsOf(bytes)]).toThrow(/no protocol buffer/);
  });
});
