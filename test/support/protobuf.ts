/** A message of protocol buffers, or a part of one. */
export type Message = Buffer;

/** @see https://protobuf.dev/programming-guides/encoding/ */
export const message = (...fields: readonly Message[]): Message => Buffer.concat(fields);

/** A whole number, or a message. */
export const field = (number: number, value: number | Message): Message =>
  typeof value === 'number'
    ? Buffer.concat([varint(number << 3), varint(value)])
    : Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);

export const text = (number: number, value: string): Message => field(number, Buffer.from(value));

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
