import { backboneFiles } from '../artifacts/backbone.ts';
import { embedLabelled } from '../backbone/embed-labelled.ts';
import { headLogits, scaled } from '../backbone/head.ts';
import { openBackbone } from '../backbone/open-backbone.ts';
import type { ImageSet } from '../data/image-set.ts';
import { toHalfPrecision } from '../format/half.ts';
import { probabilities } from '../nets/logits.ts';
import type { JobContext } from '../run/stage.ts';
import { backboneOf } from '../train/backbone/make-backbone.ts';
import type { PreparedArm } from './prepared-arm.ts';

/**
 * The backbone with its head, which knows the labelled set alone. It is the same for every seed, so it looks at each benchmark
 * once; the images come out of their files, as those did that it mined.
 */
export const prepareBackbone = async ({ store, plan, threads }: JobContext): Promise<PreparedArm> => {
  const { backbone, planned } = backboneOf(plan);
  const head = await backboneFiles(plan.runId).head.read(store);
  const embedder = await openBackbone(backbone, planned, threads);
  const known = new Map<string, Promise<Float32Array>>();
  const ask = async (name: string, images: ImageSet): Promise<Float32Array> => {
    const source = { field: `benchmarks.${name}`, uri: plan.benchmarks[name]! };
    const embeddings = await embedLabelled(embedder, source, images, { ...plan.config, backbone });
    return toHalfPrecision(probabilities(headLogits(scaled(embeddings, head.scale), head), head.classes));
  };
  return {
    images: 0,
    draws: 1,
    answerOf: async () => (name, images) => {
      const answer = known.get(name) ?? ask(name, images);
      known.set(name, answer);
      return answer;
    },
  };
};
