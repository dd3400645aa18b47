import { z } from 'zod';

const ofSide = (most: number) => z.number().min(0).max(most);

/** How far the images are varied that a net learns from; each time it sees one, by other amounts. */
export const Augmentation = z.strictObject({
  shift: ofSide(0.5).meta({ description: 'farthest shift along each side', unit: 'of the side' }),
  degrees: z.number().min(0).max(180).meta({ description: 'farthest rotation, either way', unit: 'degrees' }),
  scale: z.number().min(0).max(0.9).describe('most that is added to or taken from a scale of 1'),
  contrast: z.number().min(0).max(0.9).describe('most that is added to or taken from a contrast of 1'),
  offset: z.number().min(0).max(2).meta({
    description: 'most that is added to or taken from all pixels',
    unit: 'standard deviations of the image',
  }),
  cutout: ofSide(1).meta({ description: 'square that is hidden in half of the cases', unit: 'of the side' }),
});
export type Augmentation = z.infer<typeof Augmentation>;

/** How far all images were varied before it was a setting. */
export const EARLIER_AUGMENTATION: Augmentation = {
  shift: 4 / 48,
  degrees: 12,
  scale: 0.12,
  contrast: 0.2,
  offset: 0.2,
  cutout: 14 / 48,
};
