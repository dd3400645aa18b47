import { z } from 'zod';
import type { ArmName } from '../contracts/arms.ts';
import { Evaluation } from '../contracts/evaluation.ts';
import { digits, evaluationFolder, runKey } from '../contracts/keys.ts';
import { RunOwner } from '../contracts/owner.ts';
import { Plan, ShardManifest } from '../contracts/plan.ts';
import { Summary } from '../contracts/summary.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, json, text } from './artifact.ts';

/** What the person asked for, with every default filled in: to be compared field by field with what is asked for now. */
export const inputFile = (runId: string): Artifact<Record<string, unknown>> =>
  artifact(runKey(runId, 'input.json'), json(z.record(z.string(), z.unknown())));

/** Which execution works on the run. */
export const ownerFile = (runId: string): Artifact<RunOwner> => artifact(runKey(runId, 'owner.json'), json(RunOwner));

/** Everything later stages need to know, decided once. */
export const planFile = (runId: string): Artifact<Plan> => artifact(runKey(runId, 'plan.json'), json(Plan));

/** Which images a mining job reads. */
export const shardManifestFile = (runId: string, shard: number): Artifact<ShardManifest> =>
  artifact(runKey(runId, 'shards', `${digits(shard)}.json`), json(ShardManifest));

/** How an arm did on every benchmark. */
export const evaluationFile = (runId: string, arm: ArmName): Artifact<Evaluation> =>
  artifact(`${evaluationFolder(runId, arm)}/result.json`, json(Evaluation));

/** The run's numbers, for scripts. */
export const summaryFile = (runId: string): Artifact<Summary> => artifact(runKey(runId, 'summary.json'), json(Summary));

/** The run's page, for people. */
export const reportFile = (runId: string): Artifact<string> => artifact(runKey(runId, 'report', 'index.html'), text);

/** The last object of a run: where it stands, all of it is done. It holds which audit the results were scored by. */
export const successFile = (runId: string): Artifact<string> => artifact(runKey(runId, '_SUCCESS'), text);

/** A run that was found, with the store that it lies in. */
export interface FoundRun {
  readonly store: Store;
  readonly plan: Plan;
}

/** Where a run lies: in a folder of its own (`…/runs/<runId>`), or as the run `main` of the folder that it was written to. */
export const placeOfRun = (uri: string): { readonly store: Store; readonly runId: string } => {
  const place = uri.replace(/(?<!:\/?)\/+$/, '');
  const [, root = place, runId = 'main'] = /^(.+)\/runs\/([^/]+)$/.exec(place) ?? [];
  return { store: openStore(root), runId };
};

/** The run of a place, where one was planned there. */
export const findRun = async (uri: string): Promise<FoundRun | undefined> => {
  const { store, runId } = placeOfRun(uri);
  const plan = await planFile(runId).find(store);
  return plan && { store, plan };
};
