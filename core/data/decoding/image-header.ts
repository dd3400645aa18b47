import { codecOf } from '../image-files.ts';

/** What an image's header says, of images that need nothing but their pixels to be read. */
export interface PlainHeader {
  readonly width: number;
  readonly height: number;
}

/**
 * The header of a plain image: PNG of 8 bits a channel, or JPEG of 8 bits in grey or YCbCr; with no colour profile, upright, and
 * no animation. What is plain may be read by any decoder, which all give the same picture.
 * @param bytes - the whole file
 * @returns `undefined` where it is something else, or damaged
 */
export const plainHeader = (bytes: Buffer): PlainHeader | undefined => {
  switch (codecOf(bytes)) {
    case 'PNG':
      return plainPng(bytes);
    case 'JPEG':
      return plainJpeg(bytes);
    default:
      return undefined;
  }
};

/** Chunks after which a PNG is more than its pixels: a profile, frames, a place for the camera's orientation, transparency. */
const PNG_EXTRAS = new Set(['iCCP', 'cICP', 'acTL', 'eXIf', 'tRNS']);
const PNG_DEPTH = 8;

/** @see Portable Network Graphics Specification (Third Edition), W3C, sections 5 and 11 */
function plainPng(bytes: Buffer): PlainHeader | undefined {
  const [signature, chunkHeader, headerEnd] = [8, 8, 33];
  if (bytes.length < headerEnd || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  if (bytes[24] !== PNG_DEPTH) return undefined;
  for (let at = signature; at + chunkHeader <= bytes.length; ) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (PNG_EXTRAS.has(type)) return undefined;
    if (type === 'IDAT') return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    at += bytes.readUInt32BE(at) + chunkHeader + 4;
  }
  return undefined;
}

const MARKER = 0xff;
/** Baseline, extended and progressive, all of Huffman codes. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const [START_OF_SCAN, END_OF_IMAGE, EXIF, PROFILE, ADOBE] = [0xda, 0xd9, 0xe1, 0xe2, 0xee];
/** Of Adobe's segment: the components are YCbCr. */
const YCBCR = 1;

/** @see ITU-T T.81, annex B */
function plainJpeg(bytes: Buffer): PlainHeader | undefined {
  // One that was cut off is refused by sharp alone; others fill it up with grey.
  if (bytes.length < 4 || bytes.readUInt16BE(bytes.length - 2) !== ((MARKER << 8) | END_OF_IMAGE)) return undefined;
  let frame: PlainHeader | undefined;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== MARKER) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === MARKER) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN) return frame;
    const length = bytes.readUInt16BE(at + 2);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === PROFILE && body.toString('latin1', 0, 11) === 'ICC_PROFILE') return undefined;
    if (marker === EXIF && body.toString('latin1', 0, 4) === 'Exif') return undefined;
    if (marker === ADOBE && body.toString('latin1', 0, 5) === 'Adobe' && body[11] !== YCBCR) return undefined;
    if (FRAMES.has(marker)) {
      const [precision, components] = [body[0], body[5]];
      if (body.length < 6 || precision !== 8 || (components !== 1 && components !== 3)) return undefined;
      frame = { height: body.readUInt16BE(1), width: body.readUInt16BE(3) };
    }
    at += 2 + length;
  }
  return undefined;
}
