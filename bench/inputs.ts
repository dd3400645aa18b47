import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convnetOf } from '../core/contracts/nets/convnet.ts';
import { resolveConfig } from '../core/contracts/presets.ts';
import { valuesOf } from '../core/data/images.ts';
import { standardised } from '../core/data/standardise.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../core/format/safetensors.ts';
import { buildNet, type Net, netOf } from '../core/nets/net.ts';
import { freshParameters, type Weights } from '../core/nets/weights.ts';
import { random } from '../core/tensor/random.ts';

export const CLASSES = 7;
/** The standard preset is what is measured. */
export const CONFIG = resolveConfig('standard');
const { size, channels } = CONFIG.image;
export const VALUES = valuesOf(CONFIG.image);

/** The ConvNet-3 of the distillation literature, of widths that the peers have, too. */
export const CONVNET = buildNet(convnetOf([32, 64, 128]), { size, channels, classes: CLASSES });
export const K2 = netOf({ name: 'k2', width: CONFIG.net.width, size, channels, classes: CLASSES });
export const RESNET = netOf({ name: 'resnet', width: CONFIG.net.width, size, channels, classes: CLASSES });

export const TRAIN_BATCH = 64;
export const EMBED_BATCH = 256;
/** Images of a class to draw from, and distilled images of a class, in the distribution-matching step. */
export const MATERIAL_PER_CLASS = 200;
export const IMAGES_PER_CLASS = 10;

/** Everything that a side computes with; the peers read the same file. */
export interface BenchInputs {
  readonly convnetParameters: Float32Array;
  readonly k2Parameters: Float32Array;
  /** `[EMBED_BATCH, size, size, channels]`, standardised. */
  readonly images: Float32Array;
  /** `[TRAIN_BATCH, CLASSES]` */
  readonly targets: Float32Array;
  /** `[CLASSES · MATERIAL_PER_CLASS, size, size, channels]`, class by class. */
  readonly material: Uint8Array;
  /** `[CLASSES · IMAGES_PER_CLASS, size, size, channels]` in [0, 1], class by class. */
  readonly synthetic: Float32Array;
}

const tensor = (data: NamedTensor['data'], ...shape: number[]): NamedTensor => ({ shape, data });

/** Grey waves and noise: what a net computes on costs the same as a face. */
const waves = (count: number): Uint8Array => {
  const draw = random('bench', 'waves');
  const pixels = new Uint8Array(count * VALUES);
  for (let index = 0; index < count; index++) {
    const [across, down, phase] = [draw.uniform(0.05, 0.5), draw.uniform(0.05, 0.5), draw.uniform(0, 6)];
    for (let i = 0; i < VALUES; i++) {
      const wave = Math.sin(across * (i % size) + down * Math.floor(i / size) + phase);
      pixels[index * VALUES + i] = 128 + 80 * wave + draw.uniform(-40, 40);
    }
  }
  return pixels;
};

const smoothedTargets = (): Float32Array =>
  Float32Array.from({ length: TRAIN_BATCH * CLASSES }, (_, i) =>
    i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 0.9 + 0.1 / CLASSES : 0.1 / CLASSES,
  );

const FILE = 'inputs.safetensors';

export const writeInputs = async (folder: string): Promise<void> => {
  const material = waves(CLASSES * MATERIAL_PER_CLASS);
  const images = standardised(material.subarray(0, EMBED_BATCH * VALUES), VALUES);
  const synthetic = Float32Array.from(material.subarray(0, CLASSES * IMAGES_PER_CLASS * VALUES), (v) => v / 255);
  const [convnet, k2] = [CONVNET, K2].map((net) => freshParameters(net, ['bench'])) as [Float32Array, Float32Array];
  const tensors = {
    convnetParameters: tensor(convnet, convnet.length),
    k2Parameters: tensor(k2, k2.length),
    images: tensor(images, EMBED_BATCH, size, size, channels),
    targets: tensor(smoothedTargets(), TRAIN_BATCH, CLASSES),
    material: tensor(material, CLASSES * MATERIAL_PER_CLASS, size, size, channels),
    synthetic: tensor(synthetic, CLASSES * IMAGES_PER_CLASS, size, size, channels),
  } satisfies Record<keyof BenchInputs, NamedTensor>;
  await writeFile(join(folder, FILE), encodeSafetensors(tensors));
};

export const readInputs = async (folder: string): Promise<BenchInputs> => {
  const { tensors } = decodeSafetensors(await readFile(join(folder, FILE)));
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])) as unknown as BenchInputs;
};

/** A net with norms that change next to nothing: statistics as of standardised data. */
export const weightsOf = (net: Net, parameters: Float32Array): Weights => ({
  net,
  parameters,
  batchNormStats: Float32Array.from(
    net.batchNormStats.flatMap(({ name, shape }) =>
      new Array<number>(shape[0]!).fill(name.endsWith('variance') ? 1 : 0),
    ),
  ),
});

export const k2Weights = ({ k2Parameters }: BenchInputs): Weights => weightsOf(K2, k2Parameters);
