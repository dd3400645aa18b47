import sharp, { type Sharp } from 'sharp';

/** What somebody does to an image before it is called another one. Grey, `[side, side]`. */
export type Change = (pixels: Uint8Array, side: number) => Promise<Uint8Array> | Uint8Array;

/** Part of the width and height that a cut takes, in all. */
const CUT = 0.04;

/** By name, what a copy of an image may have gone through. */
export const CHANGES: Readonly<Record<string, Change>> = {
  ...Object.fromEntries([30, 50, 75, 95].map((quality) => [`JPEG, quality ${quality}`, asJpeg(quality)])),
  ...Object.fromEntries(
    [
      [1, 0],
      [0, -1],
      [2, 0],
      [2, 2],
      [-2, 2],
    ].flatMap(([x, y]) => [
      [`shifted by ${x}, ${y}`, shiftedBy(x!, y!, 'repeat')],
      [`shifted by ${x}, ${y}, black behind`, shiftedBy(x!, y!, 'black')],
    ]),
  ),
  'cut by 4 % all round': cutBy(CUT / 2, CUT / 2, CUT / 2, CUT / 2),
  'cut by 4 % at a corner': cutBy(CUT, CUT, 0, 0),
  'cut by 4 % at one side': cutBy(CUT, 0, 0, 0),
  'cut by 4 % on every side': cutBy(CUT, CUT, CUT, CUT),
  mirrored: (pixels, side) => pixels.map((_, at) => pixels[at - (at % side) + side - 1 - (at % side)]!),
  ...Object.fromEntries([40, 64, 100, 200].map((size) => [`${size} px and back`, throughSize(size)])),
  ...Object.fromEntries([0.9, 1.1].map((factor) => [`brightness × ${factor}`, times(factor)])),
  ...Object.fromEntries([-25, 25].map((more) => [`brightness ${more > 0 ? '+' : '−'} 10 % of the range`, plus(more)])),
  'mirrored, shifted by 1, 1, brighter and JPEG, quality 50': async (pixels, side) => {
    const mirrored = await CHANGES.mirrored!(pixels, side);
    const shifted = await shiftedBy(1, 1, 'repeat')(mirrored, side);
    return asJpeg(50)(await times(1.1)(shifted, side), side);
  },
};

function asJpeg(quality: number): Change {
  return async (pixels, side) => rawOf(sharp(await raw(pixels, side).jpeg({ quality }).toBuffer()));
}

function shiftedBy(dx: number, dy: number, behind: 'repeat' | 'black'): Change {
  return (pixels, side) =>
    pixels.map((_, at) => {
      const [x, y] = [(at % side) - dx, Math.floor(at / side) - dy];
      const inside = (value: number): number => Math.max(0, Math.min(side - 1, value));
      if (behind === 'black' && (x !== inside(x) || y !== inside(y))) return 0;
      return pixels[inside(y) * side + inside(x)]!;
    });
}

/** Parts of the side to take from each edge; what is left is made as large as it was. Parts of pixels need a finer grid. */
function cutBy(left: number, top: number, right: number, bottom: number): Change {
  const FINER = 5;
  return async (pixels, side) => {
    const large = side * FINER;
    const px = (part: number): number => Math.round(part * large);
    const finer = await rawOf(raw(pixels, side).resize(large, large, { kernel: 'cubic' }));
    const region = {
      left: px(left),
      top: px(top),
      width: large - px(left) - px(right),
      height: large - px(top) - px(bottom),
    };
    return rawOf(raw(finer, large).extract(region).resize(side, side, { fit: 'fill' }));
  };
}

function throughSize(size: number): Change {
  return async (pixels, side) => {
    const between = await rawOf(raw(pixels, side).resize(size, size));
    return rawOf(raw(between, size).resize(side, side));
  };
}

function times(factor: number): Change {
  return (pixels) => pixels.map((value) => Math.min(255, Math.round(factor * value)));
}

function plus(more: number): Change {
  return (pixels) => pixels.map((value) => Math.max(0, Math.min(255, value + more)));
}

function raw(pixels: Uint8Array, side: number): Sharp {
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
}

async function rawOf(image: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await image.toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer());
}
