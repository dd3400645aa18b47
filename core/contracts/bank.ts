import { z } from 'zod';

const part = z.number().min(0).max(1);

/**
 * How the views of a label bank are made of its images. The numbers of a view follow from the seed and the view's own number alone,
 * so that a bank holds labels and no geometry: whoever follows docs/label-bank.md sees the same views. Lengths are parts of the
 * image's side.
 */
export const ViewRecipe = z.strictObject({
  /** Of the rules by which numbers are drawn. */
  version: z.literal(1),
  seed: z.number().int().min(0).max(0xffff_ffff),
  flip: z.boolean(),
  degrees: z.number().min(0).max(180),
  /** Below 1, by which an image would be enlarged to nothing. */
  scale: part.lt(1),
  shift: part,
  /** Images that are laid over the first one of a view, one after the other: with a weight or in a box, each half of the time. */
  layers: z.number().int().min(0).max(8),
});
export type ViewRecipe = z.infer<typeof ViewRecipe>;

/** What a label bank says of itself, in the metadata of its file. */
export const BankCard = z.strictObject({
  recipe: ViewRecipe,
  /** Images that its views are made of. */
  images: z.number().int().min(1),
  /** Smaller ones along each side of an image, of which each counts by itself; 1 where an image is one. */
  factor: z.union([z.literal(1), z.literal(2)]),
  size: z.number().int().min(2),
  channels: z.number().int().min(1),
  classes: z.array(z.string()).min(1),
  /** SHA-256 of the images' values: labels belong to the views of these images and of no others. */
  imagesSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BankCard = z.infer<typeof BankCard>;
