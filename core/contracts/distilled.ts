import { z } from 'zod';
import { ClassName, SetSpec } from './names.ts';

/**
 * `distilled/<set>/draw-<d>/set.json`, beside
 * - `images.safetensors`: `images` float32 [n, size, size, channels] in [0, 1], row-major
 * - `labels.safetensors`: `labels` float32 [n, views, classes], rows sum to 1; `class` int32 [n]
 * - `bank.safetensors`: labels of many views of the images, where the run makes banks (docs/label-bank.md)
 * - `train/<class>/<id>.png`: the images in 8 bits, of the first draw alone.
 * An image holds `factor`² views (faces) in a grid; view v is its cell (row v / factor, column v % factor), to be
 * enlarged to the whole size by bilinear interpolation (half-pixel centres) before it is learned from.
 */
export const DistilledSet = z.strictObject({
  spec: SetSpec,
  /** Which of its draws; a release holds the first, 0. */
  draw: z.number().int().min(0),
  classes: z.array(ClassName),
  size: z.number().int(),
  channels: z.number().int(),
  factor: z.union([z.literal(1), z.literal(2)]),
  images: z.number().int(),
  /** Per-image standardisation: (x - mean) / max(deviation, floor). */
  normalization: z.strictObject({ kind: z.literal('per-image'), deviationFloor: z.number() }),
  /**
   * Where each image came from: keys of pool images, or `labelled/` and that of a labelled one. As many for each
   * view, view by view: one, or all those that it is the mean of.
   */
  provenance: z.array(z.array(z.string())),
  /** By class, the share of its views that the teachers take for that class; absent in sets of older versions. */
  agreement: z.record(ClassName, z.number().min(0).max(1)).optional(),
  /**
   * Of the steps of plain gradient descent that a primitive takes on the set, where it was made for so many: step t is on the next
   * `ceil(ipc / steps)` images of each class, over and over, as they are and with their labels.
   */
  stepSizes: z.array(z.number().positive()).optional(),
});
export type DistilledSet = z.infer<typeof DistilledSet>;
