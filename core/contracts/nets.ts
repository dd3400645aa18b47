import { z } from 'zod';
import type { NetChoice } from './nets/architecture.ts';
import { convnet } from './nets/convnet.ts';
import { k2 } from './nets/k2.ts';
import { resnet } from './nets/resnet.ts';

/** The nets that can be chosen, by the name that a person types as `net.name`. */
export const NETS = { k2, convnet, resnet } as const satisfies Record<string, NetChoice>;
export const NetName = z.enum(Object.keys(NETS) as (keyof typeof NETS)[]);
export type NetName = z.infer<typeof NetName>;

/** Which net is trained, and how wide it is. */
export const NetSettings = z.strictObject({
  name: NetName.describe('which net is trained'),
  width: z.number().int().min(4).max(256).multipleOf(4).meta({
    description: 'width of the first convolution; the later ones have as many or a multiple',
    unit: 'channels',
  }),
});
export type NetSettings = z.infer<typeof NetSettings>;

/** What differs from another net's settings. */
export const NetChange = NetSettings.partial();
export type NetChange = z.infer<typeof NetChange>;

/** What a run trains where it says nothing else. */
export const DEFAULT_NET: NetName = 'k2';
