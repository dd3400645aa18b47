import { type Shape, valuesOf } from '../data/images.ts';
import { standardised } from '../data/standardise.ts';
import { warp } from '../data/warp.ts';
import type { Square, ViewedImage, ViewParameters } from './view-parameters.ts';

/**
 * Makes views, standardised, as a net is to see them.
 * @param source - image `i`, standardised; what it returned may be overwritten by its next call
 * @returns the view `[size, size, channels]`
 * @see Zhang et al., mixup (ICLR 2018), and Yun et al., CutMix (ICCV 2019)
 */
export const viewRenderer = (
  shape: Shape,
  source: (image: number) => Float32Array,
): ((parameters: ViewParameters) => Float32Array) => {
  const { size, channels } = shape;
  const values = valuesOf(shape);
  const [view, over] = [new Float32Array(values), new Float32Array(values)];
  const show = ({ image, geometry }: ViewedImage, target: Float32Array): void =>
    warp(source(image), target, shape, geometry);
  return ({ first, layers }) => {
    show(first, view);
    for (const layer of layers) {
      show(layer, over);
      if ('weight' in layer) blend(view, over, layer.weight);
      else inset(view, over, size, channels, layer.box);
    }
    return standardised(view, values);
  };
};

/** @param weight - of what is laid over */
function blend(view: Float32Array, over: Float32Array, weight: number): void {
  for (let i = 0; i < view.length; i++) view[i] = (1 - weight) * view[i]! + weight * over[i]!;
}

function inset(view: Float32Array, over: Float32Array, size: number, channels: number, box: Square): void {
  const [from, to] = [Math.max(box.left, 0), Math.min(box.left + box.side, size)];
  for (let y = Math.max(box.top, 0); y < Math.min(box.top + box.side, size); y++) {
    for (let i = (y * size + from) * channels; i < (y * size + to) * channels; i++) view[i] = over[i]!;
  }
}
