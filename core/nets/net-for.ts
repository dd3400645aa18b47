import type { RunConfig } from '../contracts/config.ts';
import { mirrors } from '../contracts/mirror.ts';
import { type Net, netOf } from './net.ts';

/** The net of a run, or another one on its images. A run knows whether mirrors show the same class before it trains anything. */
export const netFor = (
  { net, image }: Pick<RunConfig, 'net' | 'image'>,
  classes: number,
  { name, width }: RunConfig['net'] = net,
): Net => netOf({ name, width, size: image.size, channels: image.channels, classes, mirror: mirrors(image) });
