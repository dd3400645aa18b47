import type { Backbone, Layout } from '../contracts/backbones.ts';
import { BACKBONE_FORMATS, backboneFormatOf } from '../contracts/backbones.ts';
import { BackboneError } from './backbone-error.ts';
import type { LoadedModel, ModelValue } from './runtime.ts';

/** How a model is to be fed. */
export interface Feed {
  readonly layout: Layout;
  /** Images that it takes at once and always, where it was made for a fixed number. */
  readonly fixedBatch: number | undefined;
  /** Name of the value that is the embedding. */
  readonly output: string;
}

/**
 * How a model is fed with the images that the configuration speaks of, as far as it tells without being run.
 * @throws BackboneError where the two do not fit, saying what was given and what is allowed
 */
export const feedOf = (model: LoadedModel, backbone: Backbone): Feed => {
  const [input, ...more] = model.inputs;
  if (input === undefined || more.length > 0) {
    throw new BackboneError(`uri: the model has ${listOf(model.inputs)} for inputs; it must have one, for images.`);
  }
  if (input.type !== 'float32') {
    throw new BackboneError(`uri: the model's input "${input.name}" is ${input.type}; it must be float32.`);
  }
  const { shape } = input;
  const output = outputOf(model, backbone.output);
  const format = BACKBONE_FORMATS[backboneFormatOf(backbone.uri)!];
  if (shape === undefined) return { layout: backbone.layout ?? format.layout, fixedBatch: undefined, output };
  if (shape.length !== 4) {
    throw new BackboneError(
      `uri: the model's input ${worded(input)} must have four axes: images, channels, height, width.`,
    );
  }
  const layout = backbone.layout ?? layoutOf(shape, backbone.channels) ?? format.layout;
  const wanted = axesOf(layout, 1, backbone);
  if (shape.slice(1).some((side, axis) => fixed(side) !== undefined && side !== wanted[axis + 1])) {
    throw new BackboneError(
      `size ${backbone.size} and ${backbone.channels} channels in the layout ${layout} make [images, ${wanted.slice(1).join(', ')}]; ` +
        `the model's input is ${worded(input)}. Set size, channels and layout to what it takes.`,
    );
  }
  return { layout, fixedBatch: fixed(shape[0]!), output };
};

/** Lengths of the axes of so many images. */
export const axesOf = (layout: Layout, count: number, { size, channels }: Pick<Backbone, 'size' | 'channels'>) =>
  layout === 'nchw' ? [count, channels, size, size] : [count, size, size, channels];

function outputOf({ outputs, inner }: LoadedModel, wanted: string | undefined): string {
  const known = `It computes ${listOf(outputs)}`;
  if (wanted === undefined) {
    const [only, ...more] = outputs;
    if (only !== undefined && more.length === 0) return only.name;
    throw new BackboneError(`output: must name the embedding among what the model computes. ${known}.`);
  }
  if (outputs.some(({ name }) => name === wanted) || inner.has(wanted)) return wanted;
  const more = inner.size > 0 ? `, and ${inner.size} values on the way to that` : '';
  throw new BackboneError(`output: the model computes nothing called "${wanted}". ${known}${more}.`);
}

/** Where the channels stand, where one axis alone can be theirs. */
function layoutOf(shape: readonly (number | string)[], channels: number): Layout | undefined {
  const [first, last] = [fixed(shape[1]!) === channels, fixed(shape[3]!) === channels];
  if (first === last) return undefined;
  return first ? 'nchw' : 'nhwc';
}

/** An axis that the model leaves open has a name, or a negative length. */
function fixed(side: number | string): number | undefined {
  return typeof side === 'number' && side > 0 ? side : undefined;
}

function listOf(values: readonly ModelValue[]): string {
  return values.length === 0 ? 'nothing' : values.map(worded).join(', ');
}

function worded({ name, shape }: ModelValue): string {
  return shape === undefined ? `"${name}"` : `"${name}" [${shape.map((side) => fixed(side) ?? 'any').join(', ')}]`;
}
