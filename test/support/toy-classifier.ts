import type { NetName } from '../../core/contracts/nets.ts';
import type { Images } from '../../core/data/images.ts';
import { type Classifier, classifierOf } from '../../core/nets/classifier.ts';
import { netOf } from '../../core/nets/net.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { sizeOf } from '../../core/tensor/flat.ts';
import { random } from '../../core/tensor/random.ts';

export interface ToyNet {
  readonly name?: NetName;
  readonly size?: number;
  readonly channels?: 1 | 3;
  readonly mirror?: boolean;
}

export const TOY_CLASSES = ['angry', 'happy', 'sad "and" <tired>', '喜び', '4'];

/** A net as training leaves it: nothing in it is 0 or 1. */
export const toyWeights = ({ name = 'k2', size = 24, channels = 1, mirror = true }: ToyNet, seed = 0): Weights => {
  const net = netOf({ name, width: 8, size, channels, mirror, classes: TOY_CLASSES.length });
  const draw = random('toy classifier', name, seed);
  const parameters = freshParameters(net, [seed, name]).map((value) => value + 0.05 * draw.normal());
  const count = net.batchNormStats.reduce((sum, spec) => sum + sizeOf(spec), 0);
  return { net, parameters, batchNormStats: Float32Array.from({ length: count }, () => draw.uniform(0.3, 1.7)) };
};

/** @param nets - how many say what an image shows */
export const toyClassifier = (toy: ToyNet = {}, nets = 1): Classifier => {
  const seeds = Array.from({ length: nets }, (_, seed) => seed);
  const about = { runId: 'toy', role: 'consistent', seeds, classes: TOY_CLASSES, temperature: 0.7 } as const;
  return classifierOf(
    seeds.map((seed) => toyWeights(toy, seed)),
    about,
  );
};

/** Images by chance, one of them black. */
export const toyPixels = ({ card: { size, channels } }: Classifier, count = 5): Images<Uint8Array> => {
  const draw = random('toy pixels', size, channels);
  const values = size * size * channels;
  const pixels = Uint8Array.from({ length: count * values }, (_, i) => (i < values ? 0 : draw.below(256)));
  return { size, channels, count, pixels };
};
