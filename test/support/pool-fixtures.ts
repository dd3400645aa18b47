import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { crc32 } from './crc32.ts';
import { tarOf } from './images.ts';

/** Files of a pool: a path and bytes each. */
export type Files = readonly (readonly [name: string, bytes: Buffer])[];

const MAGIC = 0xced7230a;

/** A record as MXNet writes it: cut, without the magic, wherever that stands at a multiple of four bytes. */
export const recordOf = (payload: Buffer): Buffer => {
  const cuts: number[] = [];
  for (let at = 0; at + 4 <= payload.length; at += 4) if (payload.readUInt32LE(at) === MAGIC) cuts.push(at);
  const parts = [...cuts, payload.length].map((end, i) => payload.subarray(i === 0 ? 0 : cuts[i - 1]! + 4, end));
  return Buffer.concat(
    parts.map((part, i) => {
      const flag = parts.length === 1 ? 0 : i === 0 ? 1 : i === parts.length - 1 ? 3 : 2;
      const head = Buffer.alloc(8);
      head.writeUInt32LE(MAGIC, 0);
      head.writeUInt32LE(flag * 2 ** 29 + part.length, 4);
      return Buffer.concat([head, part, Buffer.alloc((4 - (part.length % 4)) % 4)]);
    }),
  );
};

/** What `mx.recordio.pack` makes: header, labels, image. */
export const packed = (id: number, labels: readonly number[], image: Buffer): Buffer => {
  const head = Buffer.alloc(24 + (labels.length > 1 ? 4 * labels.length : 0));
  head.writeUInt32LE(labels.length > 1 ? labels.length : 0, 0);
  head.writeFloatLE(labels[0] ?? 0, 4);
  head.writeBigUInt64LE(BigInt(id), 8);
  if (labels.length > 1) for (const [i, label] of labels.entries()) head.writeFloatLE(label, 24 + 4 * i);
  return Buffer.concat([head, image]);
};

/** As InsightFace lays it out: a record of numbers first, images, and a record of numbers for each identity. */
export const recOf = (files: Files): Buffer =>
  Buffer.concat([
    recordOf(packed(0, [files.length + 1, files.length + 2], Buffer.alloc(0))),
    ...files.map(([, bytes], i) => recordOf(packed(i + 1, i % 2 === 0 ? [7] : [7, 8, 9], bytes))),
    recordOf(packed(files.length + 1, [1, files.length + 1], Buffer.alloc(0))),
  ]);

/** A zip without compression. */
export const zipOf = (files: Files): Buffer => {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, bytes] of files) {
    const path = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, path, bytes]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, tail, path]));
    bodies.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, entries, end]);
};

/** As the cropped and aligned faces of MS-Celeb-1M: seven columns, the last one the image. */
export const tsvOf = (files: Files): Buffer =>
  Buffer.from(
    files
      .map(([, bytes], i) =>
        ['m.01', String(i), 'http://a/b.jpg', 'http://a', `FaceId-${i}`, 'AAAA', bytes.toString('base64')].join('\t'),
      )
      .join('\n'),
  );

/** As Hugging Face writes it: a struct of bytes and path. */
export const huggingFaceOf = (files: Files, rowGroupSize = 2): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        { name: 'image', data: files.map(([path, bytes]) => ({ bytes: new Uint8Array(bytes), path })) },
        { name: 'label', data: files.map((_, i) => i) },
      ],
      rowGroupSize,
    }),
  );

/** As img2dataset writes it: the column is called after the encoding. */
export const img2datasetOf = (files: Files): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'jpg', data: files.map(([, bytes]) => new Uint8Array(bytes)), type: 'BYTE_ARRAY' },
        { name: 'url', data: files.map(([name]) => `http://a/${name}`), type: 'STRING' },
      ],
      rowGroupSize: 3,
    }),
  );

export const gzTarOf = async (files: Files): Promise<Buffer> => gzipSync(await tarOf(files));

/** The same grey values in any encoding. */
export const encoded = (kind: 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' | 'avif', seed: number): Promise<Buffer> =>
  sharp(Buffer.from(Array.from({ length: 768 }, (_, i) => (seed * 53 + (i % 48) * 5) % 256)), {
    raw: { width: 16, height: 16, channels: 3 },
  })
    .toFormat(kind)
    .toBuffer();

/** The first row of a BMP of 16 by 16. */
export const bmp = (): Buffer => {
  const bytes = Buffer.alloc(54 + 768);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  return bytes;
};
