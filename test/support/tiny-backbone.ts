import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { field, type Message, message, text } from '../../core/format/protobuf.ts';
import { random } from '../../core/tensor/random.ts';

/** Length of a tiny backbone's embeddings. */
export const TINY_WIDTH = 12;
const SIDE = 16;
const KERNEL = 3;
const CHANNELS = 3;

/** A kernel `[3, 3, 3, 12]` as TensorFlow orders it. */
const kernel = (): Float32Array => {
  const draw = random('tiny backbone');
  return Float32Array.from({ length: KERNEL * KERNEL * CHANNELS * TINY_WIDTH }, () => draw.normal());
};

/**
 * One convolution of 3×3 with stride 2, ReLU, and the mean over all places: `pixels` of 16×16 and three channels in, out come
 * `embedding` of 12 numbers and `map`, which is what the mean is taken of.
 */
export const TINY_BACKBONE = { size: SIDE, output: 'embedding' } as const;

/** The model in ONNX. @param batch - images that it takes at once and always; by default any number */
export const tinyOnnx = (batch?: number): Buffer => {
  const weights = kernel();
  // As ONNX orders it: [12, 3, 3, 3], outputs before inputs before places.
  const places = KERNEL * KERNEL;
  const turned = Float32Array.from({ length: weights.length }, (_, at) => {
    const [out, rest] = [Math.floor(at / (CHANNELS * places)), at % (CHANNELS * places)];
    return weights[((rest % places) * CHANNELS + Math.floor(rest / places)) * TINY_WIDTH + out]!;
  });
  const n = batch ?? 'n';
  return message(
    field(1, 8),
    field(
      7,
      message(
        node('Conv', ['pixels', 'kernel'], 'convolved', [
          attribute('strides', 7, field(8, 2), field(8, 2)),
          attribute('auto_pad', 3, text(4, 'SAME_UPPER')),
        ]),
        node('Relu', ['convolved'], 'map'),
        node('GlobalAveragePool', ['map'], 'pooled'),
        node('Flatten', ['pooled'], 'embedding'),
        text(2, 'tiny'),
        field(5, tensor('kernel', [TINY_WIDTH, CHANNELS, KERNEL, KERNEL], turned)),
        field(11, value('pixels', [n, CHANNELS, SIDE, SIDE])),
        field(12, value('embedding', [n, TINY_WIDTH])),
        field(12, value('map', [n, TINY_WIDTH, SIDE / 2, SIDE / 2])),
      ),
    ),
    field(8, message(text(1, ''), field(2, 13))),
  );
};

/** The same model as a TF.js graph: `model.json` and its weights. */
export const tinyGraph = (): { readonly model: string; readonly weights: Buffer } => {
  const weights = kernel();
  const axes = Int32Array.of(1, 2);
  const float = { type: 'DT_FLOAT' };
  const base64 = (word: string) => ({ s: Buffer.from(word).toString('base64') });
  const dim = ['-1', SIDE, SIDE, CHANNELS].map((size) => ({ size: String(size) }));
  const node = [
    { name: 'pixels', op: 'Placeholder', attr: { dtype: float, shape: { shape: { dim } } } },
    { name: 'kernel', op: 'Const', attr: { dtype: float } },
    { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
    {
      name: 'convolved',
      op: 'Conv2D',
      input: ['pixels', 'kernel'],
      attr: {
        T: float,
        strides: { list: { i: ['1', '2', '2', '1'] } },
        dilations: { list: { i: ['1', '1', '1', '1'] } },
        padding: base64('SAME'),
        data_format: base64('NHWC'),
      },
    },
    { name: 'map', op: 'Relu', input: ['convolved'], attr: { T: float } },
    { name: 'embedding', op: 'Mean', input: ['map', 'axes'], attr: { T: float, keep_dims: { b: false } } },
  ];
  const model = {
    format: 'graph-model',
    modelTopology: { node, versions: { producer: 1 } },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'kernel', shape: [KERNEL, KERNEL, CHANNELS, TINY_WIDTH], dtype: 'float32' },
          { name: 'axes', shape: [2], dtype: 'int32' },
        ],
      },
    ],
  };
  return { model: JSON.stringify(model), weights: Buffer.concat([bytesOf(weights), bytesOf(axes)]) };
};

/** Writes the model in both forms. @returns their URIs */
export const writeTinyBackbones = async (folder: string): Promise<{ readonly onnx: string; readonly tfjs: string }> => {
  await mkdir(folder, { recursive: true });
  const { model, weights } = tinyGraph();
  const files = { 'tiny.onnx': tinyOnnx(), 'model.json': model, 'weights.bin': weights };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const uri = (name: string): string => pathToFileURL(join(folder, name)).href;
  return { onnx: uri('tiny.onnx'), tfjs: uri('model.json') };
};

function bytesOf(values: Float32Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function node(op: string, inputs: readonly string[], output: string, attributes: readonly Message[] = []): Message {
  const names = inputs.map((name) => text(1, name));
  const given = attributes.map((one) => field(5, one));
  return field(1, message(...names, text(2, output), text(3, output), text(4, op), ...given));
}

/** @param kind - of its value: 3 text, 7 list of integers */
function attribute(name: string, kind: number, ...values: readonly Message[]): Message {
  return message(text(1, name), ...values, field(20, kind));
}

function tensor(name: string, dims: readonly number[], data: Float32Array): Message {
  return message(...dims.map((length) => field(1, length)), field(2, 1), text(8, name), field(9, bytesOf(data)));
}

function value(name: string, axes: readonly (number | string)[]): Message {
  const dims = axes.map((length) => field(1, message(typeof length === 'number' ? field(1, length) : text(2, length))));
  return message(text(1, name), field(2, message(field(1, message(field(1, 1), field(2, message(...dims)))))));
}

/** What the model computes, written down once more in loops. @param values - `[count, 16, 16, 3]`, normalised */
export const tinyReference = (values: Float32Array, count: number): Float32Array => {
  const weights = kernel();
  const half = SIDE / 2;
  const result = new Float32Array(count * TINY_WIDTH);
  for (let i = 0; i < count; i++) {
    for (let place = 0; place < half * half; place++) {
      const [top, left] = [2 * Math.floor(place / half), 2 * (place % half)];
      const sums = new Float64Array(TINY_WIDTH);
      for (let tap = 0; tap < KERNEL * KERNEL; tap++) {
        const [y, x] = [top + Math.floor(tap / KERNEL), left + (tap % KERNEL)];
        // Of an odd padding the more lies at the end.
        if (y >= SIDE || x >= SIDE) continue;
        for (let c = 0; c < CHANNELS; c++) {
          const value = values[((i * SIDE + y) * SIDE + x) * CHANNELS + c]!;
          sums.forEach((_, out) => (sums[out]! += value * weights[(tap * CHANNELS + c) * TINY_WIDTH + out]!));
        }
      }
      sums.forEach((sum, out) => (result[i * TINY_WIDTH + out]! += Math.max(0, sum) / (half * half)));
    }
  }
  return result;
};
