import { type Predictions, predictionsFile } from '../../artifacts/predictions.ts';
import type { Store } from '../../store/store.ts';

/** The arms that are shown image by image: before and after mining, in their order. */
export const SHOWN_ARMS = ['primitive', 'omni'] as const;
export type ShownArm = (typeof SHOWN_ARMS)[number];

/** What the nets of these arms said of every image. */
export type ShownPredictions = Readonly<Record<ShownArm, Predictions>>;

export const readShownPredictions = async (store: Store, runId: string): Promise<ShownPredictions> => ({
  primitive: await predictionsFile(runId, 'primitive').read(store),
  omni: await predictionsFile(runId, 'omni').read(store),
});
