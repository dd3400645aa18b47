import { pretrainedFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { netFor } from '../nets/net-for.ts';
import { type Weights, weightsFromTensors, weightsToTensors } from '../nets/weights.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact } from './artifact.ts';
import { tensorsOf } from './job.ts';

/** A net whose features are matched, trained for so many steps. */
export const featureNetFile = ({ runId, config, classes }: Plan, seed: number, steps: number): Artifact<Weights> => {
  const net = netFor(config, classes.length);
  const codec = tensorsOf(weightsToTensors, (tensors) => weightsFromTensors(net, tensors));
  return artifact(`${pretrainedFolder(runId, seed)}/steps-${steps}.safetensors`, codec, { scratch: true });
};

/** All of them: for each number of steps those of every seed. */
export function readFeatureNets(store: Store, plan: Plan): Promise<Weights[]> {
  const { pretrainSteps, nets } = plan.config.distill.matching;
  const seeds = Array.from({ length: nets }, (_, seed) => seed);
  return Promise.all(
    pretrainSteps.flatMap((steps) => seeds.map((seed) => featureNetFile(plan, seed, steps).read(store))),
  );
}
