/** A message of protocol buffers, or a part of one. */
export type Message = Buffer;

/** Kinds of fields as they lie in a message. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** @see https://protobuf.dev/programming-guides/encoding/ */
export const message = (...fields: readonly Message[]): Message => Buffer.concat(fields);

/** A whole number, or a message. */
export const field = (number: number, value: number | Message): Message =>
  typeof value === 'number'
    ? Buffer.concat([key(number, WIRE.varint), varint(value)])
    : Buffer.concat([key(number, WIRE.bytes), varint(value.length), value]);

export const text = (number: number, value: string): Message => field(number, Buffer.from(value));

/** A number as a float of 32 bits. */
export const float = (number: number, value: number): Message => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(number, WIRE.fixed32), bytes]);
};

/** A field of a message as it was read; fixed ones are left as bytes. */
export interface ReadField {
  readonly number: number;
  readonly value: number | Buffer;
}

/**
 * The fields of a message, in their order; nothing is copied.
 * @throws RangeError on bytes that are no message, or one cut short
 */
export function* fieldsOf(bytes: Buffer): Generator<ReadField> {
  let at = 0;
  const take = (length: number): Buffer => {
    if (!(length <= bytes.length - at)) throw new RangeError(`no protocol buffer: cut short at byte ${at}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const takeVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = take(1)[0]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`no protocol buffer: a number without an end at byte ${at}`);
  };
  while (at < bytes.length) {
    const tag = takeVarint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === WIRE.varint) yield { number, value: takeVarint() };
    else if (wire === WIRE.bytes) yield { number, value: take(takeVarint()) };
    else if (wire === WIRE.fixed64 || wire === WIRE.fixed32)
      yield { number, value: take(wire === WIRE.fixed64 ? 8 : 4) };
    else throw new RangeError(`no protocol buffer: a field of kind ${wire} at byte ${at}`);
  }
}

function key(number: number, wire: number): Buffer {
  return varint(number * 8 + wire);
}

/** One below 0 as 64 bits of two's complement, as `int64` has it. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
