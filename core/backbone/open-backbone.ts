import { setImmediate } from 'node:timers/promises';
import { type Backbone, type BackboneIdentity, backboneFormatOf } from '../contracts/backbones.ts';
import { type Images, toBytes, valuesOf } from '../data/images.ts';
import { messageOf } from '../errors.ts';
import { BackboneError } from './backbone-error.ts';
import { imageValues } from './image-values.ts';
import { readModelFiles } from './model-files.ts';
import { axesOf, feedOf } from './model-shape.ts';
import { type LoadedModel, loadRuntime } from './runtime.ts';

/** A model that is ready to embed images; `dispose` it. */
export interface Embedder {
  /** What runs it, with its version. */
  readonly runtime: string;
  readonly output: string;
  /** Length of an embedding. */
  readonly width: number;
  /**
   * @param images - in the backbone's own size and channels
   * @returns `[n, width]`, each the mean of an image's and its mirror's where the configuration says so
   */
  embed(images: Images): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Bytes of the images that a model is given at once: what it computes of them takes some ten times as much. */
const PASS_BYTES = 8 * 1024 * 1024;
const MOST_AT_ONCE = 64;

/**
 * Loads the model of a run and tries it on a grey image, so that what does not fit is told before anything else is done.
 * @param planned - which model it was when the run was planned
 * @param threads - that it may compute with
 * @throws BackboneError where the model is another one, cannot be loaded, or gives no vector of an image as configured
 */
export const openBackbone = async (
  backbone: Backbone,
  planned: BackboneIdentity,
  threads: number,
): Promise<Embedder> => {
  const files = await readModelFiles(backbone.uri, planned);
  const load = await loadRuntime(backboneFormatOf(backbone.uri)!);
  const model = await loaded(backbone, () => load(files, threads));
  const { layout, fixedBatch, output } = feedOf(model, backbone);
  const fill = imageValues(backbone, layout);
  const fitting = Math.floor(PASS_BYTES / (4 * valuesOf(backbone)));
  const atOnce = fixedBatch ?? Math.max(1, Math.min(MOST_AT_ONCE, fitting));

  const run = async (images: Images<Uint8Array>, start: number, count: number, mirrored: boolean) => {
    const given = fill(images, start, count, mirrored);
    const taken = fixedBatch === undefined ? given : padded(given, fixedBatch * valuesOf(backbone));
    return model.run(taken, axesOf(layout, fixedBatch ?? count, backbone), output);
  };

  const width = await tryOut(backbone, output, () => run(greyImage(backbone), 0, 1, false), fixedBatch ?? 1);
  return {
    runtime: model.runtime,
    output,
    width,
    async embed(images) {
      const pixels = toBytes(images);
      const embeddings = new Float32Array(images.count * width);
      const passes = backbone.mirror ? [false, true] : [false];
      for (let start = 0; start < images.count; start += atOnce) {
        const count = Math.min(atOnce, images.count - start);
        for (const mirrored of passes) {
          const { values } = await run(pixels, start, count, mirrored);
          const from = start * width;
          for (let i = 0; i < count * width; i++) embeddings[from + i]! += values[i]! / passes.length;
        }
        // A runtime may hold the event loop while it computes: let a signal be heard.
        await setImmediate();
      }
      return embeddings;
    },
    dispose: () => model.dispose(),
  };
};

async function loaded({ uri }: Backbone, load: () => Promise<LoadedModel>): Promise<LoadedModel> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof BackboneError) throw cause;
    throw new BackboneError(`uri: ${uri} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
}

/** Runs the model on one image. @returns the length of what it says of it */
async function tryOut(
  { size, channels }: Backbone,
  output: string,
  run: () => ReturnType<LoadedModel['run']>,
  batch: number,
): Promise<number> {
  const { shape, values } = await run().catch((cause: unknown) => {
    throw new BackboneError(
      `the model does not take an image of size ${size} with ${channels} channels: ${messageOf(cause)}`,
      { cause },
    );
  });
  const [count, ...axes] = shape;
  const longer = axes.filter((length) => length !== 1);
  if (!(values instanceof Float32Array) || count !== batch || longer.length !== 1) {
    throw new BackboneError(
      `output: "${output}" must be one vector of floats for each image, so [${batch}, length]. It is [${shape.join(', ')}]` +
        `${values instanceof Float32Array ? '' : ', and no floats'}. Name another output, one behind the model's pooling.`,
    );
  }
  if (!values.every(Number.isFinite)) {
    throw new BackboneError(`output: "${output}" of a grey image holds values that are no numbers.`);
  }
  return longer[0]!;
}

function greyImage({ size, channels }: Backbone): Images<Uint8Array> {
  return { size, channels, count: 1, pixels: new Uint8Array(size * size * channels).fill(128) };
}

/** The same with zeros behind it: a model of a fixed number of images takes no fewer. */
function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const longer = new Float32Array(length);
  longer.set(values);
  return longer;
}
