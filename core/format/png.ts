import { deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** PNG's colour types by channels: grey and RGB. */
const COLOUR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2 };

// zlib.crc32 came with Node 20.15; earlier 20s must work, too.
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * Encodes 8-bit pixels as PNG without native code, which a Lambda bundle cannot hold.
 * @param pixels - `[height, width, channels]`, row-major
 * @param channels - 1 grey, 3 RGB
 * @throws RangeError when the pixels do not fill the image
 * @see https://www.w3.org/TR/png-3/
 */
export const encodePng = (pixels: Uint8Array, width: number, height: number, channels: number): Buffer => {
  const colourType = COLOUR_TYPES[channels];
  if (colourType === undefined || pixels.length !== width * height * channels) {
    throw new RangeError(`${pixels.length} values do not make an image of ${width} × ${height} × ${channels}.`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType], 8);
  const stride = width * channels;
  const deflated = [NONE, ALL].map((filters) => deflateSync(filtered(pixels, stride, channels, filters), { level: 9 }));
  // Drawings of few colours are smaller as they are, photographs as differences.
  const smaller = deflated[0]!.length <= deflated[1]!.length ? deflated[0]! : deflated[1]!;
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', smaller), chunk('IEND', new Uint8Array())]);
};

/** What a value is foretold to be, from those to the left, above, and above to the left; what is kept is the difference. */
type Filter = (left: number, up: number, corner: number) => number;

/** PNG's filters by their numbers. */
const ALL: readonly Filter[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
  },
];
const NONE = ALL.slice(0, 1);

/** Lines, each behind the number of the filter that leaves the smallest differences, as the standard advises. */
function filtered(pixels: Uint8Array, stride: number, channels: number, filters: readonly Filter[]): Buffer {
  const height = pixels.length / stride;
  const lines = Buffer.alloc((stride + 1) * height);
  const line = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const at = (x: number, row: number): number => (x < 0 || row < 0 ? 0 : pixels[row * stride + x]!);
    let least = Number.POSITIVE_INFINITY;
    for (const [number, filter] of filters.entries()) {
      let size = 0;
      for (let x = 0; x < stride; x++) {
        const foretold = filter(at(x - channels, y), at(x, y - 1), at(x - channels, y - 1));
        const difference = (at(x, y) - foretold) & 0xff;
        line[x] = difference;
        size += Math.min(difference, 256 - difference);
      }
      if (size >= least) continue;
      least = size;
      lines[y * (stride + 1)] = number;
      lines.set(line, y * (stride + 1) + 1);
    }
  }
  return lines;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Uint8Array): number {
  return (bytes.reduce((crc, byte) => CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
}
