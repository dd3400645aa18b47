import { writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { positive, whole } from '../../cli/numbers.ts';
import { benchmarkFile, labelledSetFile } from '../../core/artifacts/inputs.ts';
import { readMinedSet } from '../../core/artifacts/mined.ts';
import { readModels } from '../../core/artifacts/model.ts';
import { readFeatureNets } from '../../core/artifacts/pretrained.ts';
import { planFile, summaryFile } from '../../core/artifacts/run.ts';
import { teacherArm } from '../../core/contracts/arms.ts';
import { asksPrimitives, METHODS, type Method, matchesFeatures } from '../../core/contracts/methods.ts';
import { NETS, type NetName } from '../../core/contracts/nets.ts';
import { type Plan, teacherRole } from '../../core/contracts/plan.ts';
import { messageOf } from '../../core/errors.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { chartOf, type Sent } from './chart.ts';
import { type Bench, find, measure, type Trial, USES, type Use, withViews } from './measure.ts';
import { NO_POOL, parseRow } from './rows.ts';
import { measuredRows, tableOf } from './tables.ts';

const program = new Command('bench:sets')
  .description(
    'Measures what images and labels are worth by the byte: trains nets on sets of a finished run, of which each is sent alone.',
  )
  .argument('<run>', 'folder of a finished run, RUNS/runs/ID')
  .argument('<rows...>', 'what is sent, e.g. random-ipc10-8192-bank or random-ipc10-fixed')
  .addOption(
    new Option('--use <use>', 'a net from nothing, a boost of the primitives, or a few plain steps of these')
      .choices(USES)
      .default('only'),
  )
  .addOption(
    new Option('--net <name>', 'what learns from a set alone; left out, the run’s own').choices(Object.keys(NETS)),
  )
  .option('--steps <n>', 'that each net learns for; left out, as many as in the run', whole(1))
  .option('--step-size <n>', 'of the plain steps on a set that brings none', positive, 0.002)
  .option('--benchmark <name>', 'of the run; left out, its first')
  .option('--seeds <n>', 'nets of each draw', whole(1), 3)
  .option('--draws <n>', 'of a set in which chance has a part', whole(1), 3)
  .option('--part <i/n>', 'makes the i-th of n parts of the trials, from 0 on, so that several processes share them')
  .option('--chart <file>', 'draws it all as SVG, with the weights of a trained net beside it')
  .option('--out <folder>', 'what was measured; it is not done again', 'out/sets')
  .parse();

interface Given {
  readonly use: Use;
  readonly net?: NetName;
  readonly steps?: number;
  readonly stepSize: number;
  readonly benchmark?: string;
  readonly seeds: number;
  readonly draws: number;
  readonly part?: string;
  readonly out: string;
  readonly chart?: string;
}

try {
  await work(program.args, program.opts<Given>());
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function work([run = '', ...names]: readonly string[], given: Given): Promise<void> {
  const rows = names.map(parseRow);
  const folder = resolve(run);
  const store = openStore(pathToFileURL(dirname(dirname(folder))).href);
  const plan = await planFile(basename(folder)).read(store);
  const benchmark = given.benchmark ?? Object.keys(plan.benchmarks)[0]!;
  await selectBackend({});
  const anySet = (asks: (method: Method) => boolean): boolean =>
    rows.some(({ method }) => method !== NO_POOL && asks(method));
  const bench: Bench = {
    use: given.use,
    net: given.net ?? plan.config.net.name,
    steps: given.steps,
    stepSize: given.stepSize,
    folder: given.out,
    benchmark: await benchmarkFile(plan.runId, benchmark).read(store),
    input: {
      config: withViews(plan.config, rows),
      classes: plan.classes,
      labelled: await labelledSetFile(plan.runId).read(store),
      mined: await readMinedSet(store, plan, 0),
      teachers: await readModels(store, plan, teacherRole(plan.config), 0),
      featureNets: anySet(matchesFeatures) ? await readFeatureNets(store, plan) : [],
      primitives: given.use !== 'only' || anySet(asksPrimitives) ? await readModels(store, plan, 'primitive', 0) : [],
      onProgress: () => undefined,
    },
  };
  const trials = rows.flatMap((row): Trial[] => {
    const draws = row.method === NO_POOL || METHODS[row.method].drawn ? given.draws : 1;
    return Array.from({ length: draws * given.seeds }, (_, i) => ({
      row,
      draw: i % draws,
      seed: Math.floor(i / draws),
    }));
  });
  const [part = 0, parts = 1] = (given.part ?? '0/1').split('/').map(Number);
  const made = { sets: new Map(), labelled: new Map() };
  // All trials of one set go to one process: making it takes longer than to train on it.
  const known = [...new Set(trials.map(setKey))];
  const mine = trials
    .filter((trial) => known.indexOf(setKey(trial)) % parts === part)
    .sort((a, b) => known.indexOf(setKey(a)) - known.indexOf(setKey(b)));
  for (const trial of mine) if (find(bench, trial) === undefined) await measure(bench, trial, made);
  if (trials.every((trial) => find(bench, trial) !== undefined)) {
    const all = measuredRows(bench, rows, trials);
    console.log(tableOf(all, bench.benchmark.labels));
    if (given.chart !== undefined) writeFileSync(given.chart, chartOf(all, await netIn(store, plan, benchmark)));
  } else {
    console.log(`Measured: ${join(given.out)}. Other parts are still missing.`);
  }
}

/** A net that could be sent instead: its weights as half floats, and its accuracy. */
async function netIn(store: Store, plan: Plan, benchmark: string): Promise<Sent | undefined> {
  const summary = await summaryFile(plan.runId).find(store);
  const worth = summary?.accuracy[benchmark]?.[teacherArm(plan.config)];
  if (summary?.mailed === undefined || worth === undefined) return undefined;
  return { name: 'weights of a net', bytes: summary.mailed.weights, accuracy: worth };
}

function setKey({ row, draw }: Trial): string {
  return `${row.method}-${row.ipc}-${draw}`;
}
