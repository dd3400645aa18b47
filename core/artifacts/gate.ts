import { GateCard } from '../contracts/gate.ts';
import { modelFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Gate } from '../gate/gate.ts';
import { votesFromTensors, votesToTensors } from '../gate/gate-tensors.ts';
import type { Perceptron } from '../gate/perceptron.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, json } from './artifact.ts';
import { tensorsOf } from './job.ts';

/** The objects of a run's gate, in the folder of the job that fitted it. */
export interface GateFiles {
  /** What it goes by and what it found out about itself. */
  readonly card: Artifact<GateCard>;
  /** The nets that tell the task's images from junk. */
  readonly votes: Artifact<readonly Perceptron[]>;
}

export const gateFiles = (runId: string): GateFiles => {
  const folder = modelFolder(runId, 'gate', 0, 0);
  return {
    card: artifact(`${folder}/gate.json`, json(GateCard)),
    votes: artifact(`${folder}/gate.safetensors`, tensorsOf(votesToTensors, votesFromTensors)),
  };
};

/** The gate that pool images have to pass; none where the run does without. */
export async function readGate(store: Store, { runId, config }: Plan): Promise<Gate | undefined> {
  if (!config.mining.gate.on) return undefined;
  const files = gateFiles(runId);
  return { card: await files.card.read(store), votes: await files.votes.read(store) };
}
