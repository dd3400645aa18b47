import { privacyFolder } from '../contracts/keys.ts';
import type { SetSpec } from '../contracts/names.ts';
import { SetPrivacy } from '../contracts/privacy.ts';
import { type Artifact, artifact, json } from './artifact.ts';

/** What a set tells of single real images, in its folder of a run or of a release. */
export const privacyFile = (folder: string): Artifact<SetPrivacy> =>
  artifact(`${folder}/privacy.json`, json(SetPrivacy));

/** The same of a run. */
export const runPrivacyFile = (runId: string, set: SetSpec): Artifact<SetPrivacy> =>
  privacyFile(privacyFolder(runId, set));
