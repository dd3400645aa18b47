import { fromHalfBits, toHalfBits } from './half.ts';

export type TensorData = Float32Array | Int32Array | Uint8Array;

/** Row-major values with their shape. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** Floats that are stored in half the bytes, each as the nearest half float. */
  readonly dtype?: 'F16';
}

/** Values of so many rows, as a matrix. */
export const matrix = (rows: number, data: TensorData): NamedTensor => ({
  shape: [rows, data.length / Math.max(rows, 1)],
  data,
});

export interface Safetensors {
  readonly tensors: Record<string, NamedTensor>;
  readonly metadata: Record<string, string>;
}

/** Of the number of the header's bytes. */
const LENGTH_BYTES = 8;
const HEADER_CAP = 100 * 1024 * 1024;
/** How values are stored. There are no half floats in memory: they are read as the floats that they stand for. */
const DTYPES = { F32: Float32Array, F16: Uint16Array, I32: Int32Array, U8: Uint8Array } as const;
type Dtype = keyof typeof DTYPES;

interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Tensors as one safetensors file. Names are written in sorted order, so equal tensors give equal bytes.
 * @see https://github.com/huggingface/safetensors#format
 */
export const encodeSafetensors = (
  tensors: Readonly<Record<string, NamedTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer => {
  const header: Record<string, TensorEntry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const tensor = tensors[name]!;
    const { shape } = tensor;
    const count = shape.reduce((product, side) => product * side, 1);
    if (count !== tensor.data.length) {
      throw new RangeError(`Tensor "${name}": shape [${shape}] needs ${count} values. Received ${tensor.data.length}.`);
    }
    const stored = tensor.dtype === 'F16' ? Uint16Array.from(tensor.data, toHalfBits) : tensor.data;
    const end = offset + stored.byteLength;
    header[name] = { dtype: dtypeOf(stored), shape: [...shape], data_offsets: [offset, end] };
    chunks.push(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  // The format allows space padding of the header; it keeps the data aligned to 8 bytes.
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, 0x20);
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...chunks]);
};

/**
 * Reads what `encodeSafetensors` or another library wrote; every range is checked before it is read.
 * @throws RangeError on a cut file, a header beyond 100 MB, or a range that does not fit its shape
 * @throws TypeError on a dtype other than F32, F16, I32 and U8
 */
export const decodeSafetensors = (bytes: Uint8Array): Safetensors => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = headerEnd(view);
  if (start > view.length) throw new RangeError(`The file is cut short: ${view.length} bytes, a header of ${start}.`);
  const header = JSON.parse(view.toString('utf8', LENGTH_BYTES, start)) as Record<string, unknown>;
  const body = view.subarray(start);
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') tensors[name] = readTensor(name, value as TensorEntry, body);
  }
  return { tensors, metadata: (header.__metadata__ ?? {}) as Record<string, string> };
};

/**
 * One tensor of a file that lies elsewhere: only the header and that tensor are read.
 * @param range - bytes `from` to `to` (exclusive) of the file, fewer where it ends before
 * @throws as `decodeSafetensors`; RangeError where the file holds no such tensor
 */
export const readOneTensor = async (
  range: (from: number, to: number) => Promise<Buffer>,
  name: string,
): Promise<NamedTensor> => {
  const start = headerEnd(await range(0, LENGTH_BYTES));
  const header = JSON.parse(String(await range(LENGTH_BYTES, start))) as Record<string, TensorEntry | undefined>;
  const entry = header[name];
  if (entry === undefined) throw new RangeError(`The file holds no tensor "${name}".`);
  const [begin, end] = entry.data_offsets;
  return readTensor(name, { ...entry, data_offsets: [0, end - begin] }, await range(start + begin, start + end));
};

/** @returns where the tensors begin, as the first bytes of a file say */
function headerEnd(view: Buffer): number {
  const length = view.length >= LENGTH_BYTES ? Number(view.readBigUInt64LE(0)) : -1;
  if (length < 2 || length > HEADER_CAP) {
    throw new RangeError(`Not a safetensors file, or one cut short: ${view.length} bytes, header of ${length}.`);
  }
  return LENGTH_BYTES + length;
}

function dtypeOf(stored: TensorData | Uint16Array): Dtype {
  return (Object.keys(DTYPES) as Dtype[]).find((dtype) => stored instanceof DTYPES[dtype])!;
}

function readTensor(
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: TensorEntry,
  body: Buffer,
): NamedTensor {
  const Values = DTYPES[dtype];
  if (Values === undefined) throw new TypeError(`Tensor "${name}" is ${dtype}; F32, F16, I32 and U8 can be read.`);
  const count = shape.reduce((product, side) => product * side, 1);
  if (end > body.length) {
    throw new RangeError(`The file is cut short: tensor "${name}" ends at byte ${end} of ${body.length}.`);
  }
  if (!(begin >= 0) || end - begin !== count * Values.BYTES_PER_ELEMENT) {
    throw new RangeError(
      `Tensor "${name}": bytes ${begin} to ${end} do not hold [${shape}] ${dtype} of ${body.length}.`,
    );
  }
  // A copy: the range need not be aligned to the values' size.
  const copy = new Uint8Array(end - begin);
  copy.set(body.subarray(begin, end));
  const stored = new Values(copy.buffer);
  if (stored instanceof Uint16Array) return { shape, data: Float32Array.from(stored, fromHalfBits), dtype: 'F16' };
  return { shape, data: stored };
}
