import { readDistilled } from '../../artifacts/distilled.ts';
import { releaseFiles } from '../../artifacts/release.ts';
import { planFile } from '../../artifacts/run.ts';
import { setName } from '../../contracts/names.ts';
import { DataError } from '../../errors.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/store.ts';
import { type Finding, report } from './check.ts';
import { type Measuring, measureSets } from './verify-accuracy.ts';
import { verifyFiles } from './verify-files.ts';
import { verifyImages } from './verify-images.ts';
import { verifyPrivacy } from './verify-privacy.ts';

export interface VerifyOptions {
  /** Where benchmarks lie now, by name; by default where the run that the release lies in, or `eval.json`, says they lay. */
  readonly benchmarks?: Readonly<Record<string, string>>;
  readonly onProgress?: (message: string) => void;
  /** What reads benchmarks and trains nets; by default the run's own code. */
  readonly measuring?: Measuring;
}

export interface Verification {
  /** Whether everything that could be checked is right. */
  readonly ok: boolean;
  /** What was found, a sentence each. */
  readonly lines: readonly string[];
}

/**
 * Checks a release: every file against `SHA256SUMS`, every image against its exact floats, and every printed accuracy
 * of a distilled set alone by training again. Where a benchmark is not at hand its numbers are not measured, which is
 * said and is no failure.
 * @param store - whose root is the release
 * @throws DataError where there is no release
 */
export const verifyRelease = async (store: Store, options: VerifyOptions = {}): Promise<Verification> => {
  const { benchmarks = {}, onProgress = () => undefined, measuring } = options;
  const signs = [releaseFiles.checksums, releaseFiles.evaluation, releaseFiles.card];
  if (!(await Promise.all(signs.map((file) => file.exists(store)))).includes(true)) {
    throw new DataError(
      `There is no release in ${store.root}. Give the folder that ${releaseFiles.checksums.key} lies in.`,
    );
  }

  onProgress('Hashing the files …');
  const findings: Finding[] = await verifyFiles(store);
  if (!findings.every(({ ok }) => ok)) {
    // Training on changed floats would take minutes to say what the checksums have said already.
    const line = 'Images and accuracy were not checked, because the files are not those of the release.';
    return report([...findings, { ok: false, line }]);
  }
  const evaluation = await releaseFiles.evaluation.read(store);
  for (const spec of evaluation.sets) {
    const name = setName(spec);
    onProgress(`Comparing the images of ${name} with its floats …`);
    findings.push(await verifyImages(store, await readDistilled(store, name)));
  }
  findings.push(...(await verifyPrivacy(store, evaluation)));
  const places = { ...(await benchmarksAtHome(store)), ...benchmarks };
  findings.push(...(await measureSets(store, evaluation, { benchmarks: places, onProgress, measuring })));
  return report(findings);
};

/** Where the benchmarks lie, if the release still lies in the folder of its run. */
async function benchmarksAtHome({ root }: Store): Promise<Readonly<Record<string, string>>> {
  const [, home, runId] = /^(.+)\/runs\/([^/]+)\/release$/.exec(root) ?? [];
  // A plan of another version is no reason to end: the places can be given.
  const plan =
    home &&
    (await planFile(runId!)
      .find(openStore(home))
      .catch(() => undefined));
  return plan ? plan.benchmarks : {};
}
