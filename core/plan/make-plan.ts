import { pathToFileURL } from 'node:url';
import { statsFile } from '../artifacts/job.ts';
import { planFile, shardManifestFile } from '../artifacts/run.ts';
import { identifyModel } from '../backbone/model-files.ts';
import { isAuditLabel } from '../contracts/audit-file.ts';
import { runKey } from '../contracts/keys.ts';
import { RunId } from '../contracts/names.ts';
import { parseOrExplain } from '../contracts/parse-or-explain.ts';
import { Plan, type PlanOutput } from '../contracts/plan.ts';
import { resolveConfig } from '../contracts/presets.ts';
import { RunInput } from '../contracts/run-input.ts';
import { JOBS } from '../contracts/stages.ts';
import { planOutput } from '../contracts/workflow.ts';
import { checkBenchmark, checkLabelled } from '../data/labelled/check-labelled.ts';
import { surveyLabelled } from '../data/labelled/registry.ts';
import { readAudit } from '../data/read-audit.ts';
import { ConfigError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { folderOf, splitFragment, uriOf } from '../store/uri.ts';
import { listPool } from './list-pool.ts';
import { type RunSettings, wasBegun, writeSettings } from './run-settings.ts';

/**
 * Decides everything about a run: checks the input, fills in the defaults, counts the labelled images, divides the pool
 * and writes `shards/*.json`, `input.json` and, last, `plan.json`. A run that has its plan keeps it, so that it goes on
 * with the same shards when the pool has grown meanwhile; only its audit may change.
 * @param executionName - names the run, unless the input says which one is to be continued
 * @param input - the execution input as a person typed it
 * @param claim - takes the run for this execution alone, before anything is written
 * @returns the state that the workflow passes on
 * @throws ConfigError on a wrong field, an unreadable place, or a run id that stands for other settings
 * @throws BackboneError on a backbone that is not there
 * @throws DataError on an empty pool, a class with too few images, or a benchmark with an unknown class
 */
export const makePlan = async (
  executionName: string,
  input: unknown,
  store: Store,
  claim: (runId: string) => Promise<void> = async () => undefined,
): Promise<PlanOutput> => {
  const {
    preset = 'standard',
    config,
    runId = parseOrExplain(RunId, executionName, 'run id'),
    evenIfHarmful,
    ...places
  } = parseOrExplain(RunInput, input, 'execution input');
  const settings: RunSettings = { ...places, config: resolveConfig(preset, config) };
  checkReachable(settings, store);
  // With other settings the run is none of this execution's business; once it is its own, nobody changes them any more.
  await wasBegun(store, runId, settings);
  await claim(runId);
  if (await wasBegun(store, runId, settings)) {
    const before = await planFile(runId).find(store);
    if (before !== undefined) return planOutput(await withAudit(store, before, settings), evenIfHarmful);
  }
  await checkUnprepared(store, runId);
  checkOutput(settings.pool, store);
  const survey = await surveyAll(settings);
  await checkAudit(settings.audit, survey.classes);
  const { backbone } = settings.config;
  const model = backbone && { backbone: await identifyModel(backbone.uri) };
  const { shardCount, found } = await listPool(settings.pool, settings.config.mining.shardSize, (shard) =>
    shardManifestFile(runId, shard.index).write(store, shard),
  );
  await writeSettings(store, runId, settings);
  const plan: Plan = Plan.parse({ runId, ...settings, ...survey, shardCount, poolFound: found, ...model });
  await planFile(runId).write(store, plan);
  return planOutput(plan, evenIfHarmful);
};

async function surveyAll({
  labelled,
  benchmarks,
  config,
}: RunSettings): Promise<Pick<Plan, 'classes' | 'labelledCounts' | 'folds'>> {
  const source = { field: 'labelled', uri: labelled };
  const survey = await surveyLabelled(source);
  checkLabelled(source, survey, config.limits.minPerClass);
  for (const [name, uri] of Object.entries(benchmarks)) {
    const benchmark = { field: `benchmarks.${name}`, uri };
    checkBenchmark(benchmark, await surveyLabelled(benchmark), survey.classes);
  }
  const folds = Math.max(2, Math.min(config.folds, ...survey.counts));
  return { classes: [...survey.classes], labelledCounts: [...survey.counts], folds };
}

/**
 * A machine of the cloud has files of its own, which are nobody's input.
 * @throws ConfigError that names each field with a path where the run lies in S3
 */
function checkReachable({ labelled, pool, benchmarks, audit, config }: RunSettings, store: Store): void {
  if (store.root.startsWith('file:')) return;
  const places = {
    labelled,
    pool,
    ...Object.fromEntries(Object.entries(benchmarks).map(([name, uri]) => [`benchmarks.${name}`, uri])),
    audit,
    'config.backbone.uri': config.backbone?.uri,
  };
  const local = Object.entries(places).filter(([, uri]) => uri?.startsWith('file:'));
  if (local.length === 0) return;
  throw new ConfigError(
    `${local.map(([field, uri]) => `${field}: ${uri}`).join('; ')}: a run in S3 reads from S3 alone, so give s3://BUCKET/PREFIX. ` +
      '`npx omnidistill start` uploads what lies on your machine.',
  );
}

/** @throws ConfigError where what runs write would be mined by the next one */
function checkOutput(pool: string, store: Store): void {
  const { uri } = splitFragment(pool);
  // A path may take detours.
  const place = (uri.startsWith('file:') ? pathToFileURL(folderOf(uri)).href : uri).replace(/\/+$/, '');
  const runs = uriOf(store.root, runKey(''));
  if (!runs.startsWith(`${place}/`)) return;
  throw new ConfigError(
    `pool: ${place} holds ${runs}, where runs write to: a run would mine what others have distilled. ` +
      'Write to another place, or give the folder of the pool alone.',
  );
}

/**
 * Publish reads it again hours later: what is wrong with it shall be told now.
 * @throws ConfigError as `readAudit` does, and where all of its labels are strange to the run
 */
async function checkAudit(audit: string | undefined, classes: readonly string[]): Promise<void> {
  if (audit === undefined) return;
  const labels = [...(await readAudit(audit)).values()];
  if (labels.length === 0 || labels.some((label) => isAuditLabel(label, classes))) return;
  throw new ConfigError(
    `audit: No label in ${audit} is a class of the labelled set, e.g. "${labels[0]}". The classes are ${classes.join(', ')}. ` +
      'The column is named behind a #: FILE#COLUMN.',
  );
}

/**
 * Prepare writes into the plan what images decide, and is done once: after a plan that was lost, all that follows would find it done
 * and nothing decided.
 * @throws ConfigError where the inputs of a run without a plan are prepared
 */
async function checkUnprepared(store: Store, runId: string): Promise<void> {
  const { folder, counts } = JOBS.prepare;
  const done = statsFile(folder(runId, {}), counts);
  if (!(await done.exists(store))) return;
  throw new ConfigError(
    `${store.root}/${planFile(runId).key} is gone, and with it what its images had decided (channels, mirrors), but they stand there ` +
      `prepared. Choose another run id, or delete ${store.root}/${done.key} to have them prepared anew.`,
  );
}

/** The same plan with the audit that is given now; where none is given, the one from before stays. */
async function withAudit(store: Store, before: Plan, settings: RunSettings): Promise<Plan> {
  const { audit } = settings;
  await checkAudit(audit, before.classes);
  if (audit === undefined || audit === before.audit) return before;
  const plan = { ...before, audit };
  await writeSettings(store, before.runId, settings);
  await planFile(before.runId).write(store, plan);
  return plan;
}
