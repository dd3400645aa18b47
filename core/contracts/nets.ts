import { z } from 'zod';
import type { NetChoice } from './nets/architecture.ts';
import { convnet } from './nets/convnet.ts';
import { k2 } from './nets/k2.ts';
import { resnet } from './nets/resnet.ts';

/** The nets that can be chosen, by the name that a person types as `net.name`. */
export const NETS = { k2, convnet, resnet } as const satisfies Record<string, NetChoice>;
export const NetName = z.enum(Object.keys(NETS) as (keyof typeof NETS)[]);
export type NetName = z.infer<typeof NetName>;

/** What a run trains where it says nothing else. */
export const DEFAULT_NET: NetName = 'k2';
