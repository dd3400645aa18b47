import { netFor } from '../../nets/net-for.ts';
import { type Fitted, fitNet } from '../fit-net.ts';
import { freshFor, labelledData, type Training } from '../training.ts';

/** The primitive model: the labelled set alone. */
export const trainPrimitive = (training: Training): Promise<Fitted> => fitPrimitive(training, 'primitive');

/** @param stream - names the random stream of the batches */
export const fitPrimitive = (training: Training, stream: string): Promise<Fitted> => {
  const { config, classes, seed, checkpointer, onStep } = training;
  const set = labelledData(training, config.primitive.labelSmoothing);
  const net = netFor(config, classes);
  return fitNet(net, {
    hyperparameters: config.primitive,
    mixture: [{ set, perBatch: config.primitive.batch }],
    augmentation: config.augmentation,
    parameters: freshFor(training, net),
    recalibrateOn: set,
    stream: [config.seed, stream, seed],
    checkpointer,
    onStep,
  });
};
