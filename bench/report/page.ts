import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULTS } from '../../cli/aws/cost.ts';
import { describeMachine, describeVersions, listGpus } from '../../cli/doctor/machine.ts';
import { type Results, targetsOf } from '../targets.ts';
import {
  comparisonTable,
  growthTable,
  imageCurveTable,
  miningTable,
  poolCurveTable,
  readingTable,
  spread,
  startTable,
  targetTable,
} from './tables.ts';

/** A whole run of the benchmark. */
export interface Run extends Results {
  readonly run: {
    readonly threads: number;
    readonly repetitions: number;
    readonly quick: boolean;
    /** Processes that wanted to run in the minute before. */
    readonly load: number;
    /** Whether `OMNIDISTILL_BENCH_POOL` gave the images that were mined. */
    readonly ownPool: boolean;
  };
  readonly peers: Readonly<Record<string, string>>;
}

/** Load a core from which the page warns. */
const BUSY = 0.3;

const listed = (versions: Readonly<Record<string, string>>): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

const section = (title: string, rows: readonly unknown[], ...parts: readonly string[]): string[] =>
  rows.length === 0 ? [] : [`## ${title}`, ...parts];

const HOW = `\`\`\`
npm run bench -- --out docs/benchmarks.md     # all of it
npm run bench -- --quick --only matching      # a look at one part
npm run bench -- --gpu                        # a GPU alone, beside PyTorch on it
\`\`\`

It needs python3 with venv and pip, and 5 GB for PyTorch as PyPI has it: the peers live in \`bench/.venv\`. \`--threads 2\` gives every side two threads;
\`OMNIDISTILL_BENCH_POOL=FOLDER\` mines a folder of images or tar shards of your own instead of drawn faces. \`--only reading\` needs no
Python; \`--images\` says of how many images each format is read.

How the workflow does on images of many kinds is another page: [tasks](tasks.md).`;

const COMPARED = `Ours and the peers get the same weights and images as float32 and do the same arithmetic; "check" is how far apart the
results of the first steps are, as a part of their size, and the run fails where that is more than rounding. PyTorch runs
eagerly, in both memory layouts, with its fused AdamW. A step starts from a batch in memory; of "input included" ours draws and
augments it, too, and averages the weights, and PyTorch does not. Decoding ends with 48 × 48 grey pixels and their SHA-256; sharp, which decodes what is
not plain, is how all images were decoded once. A ratio is the median of lap by lap quotients.`;

const MINING = `Whole jobs of the built worker on the largest shard but one, in turns with its nets alone on pixels in memory. A job's time is all of
it: loading the nets, reading the tar, decoding, hashing, the gate and the guards against copies, embedding each image and its mirror
by every net of the standard preset, scoring, writing. Reading, decoding, gate and guards run in a thread of their own, so on more
than one core they overlap with the nets. Start and end are those of a job with a handful of images, from spawn to exit.
The time from the first image to the last counts the wait for the first batch in, so that a short shard looks worse.`;

const CURVES = `One core each: decoding alone, by CPU time, and a mining job on onnxruntime from its first image to its last. A million costs what the
core hours of a \`${DEFAULTS.instance}\` cost on demand, a quarter of the machine a core; Spot is less.`;

const POOLS = `What \`omnidistill cost\` reckons with the rate of the first row on one core, by the size of the pool; its other
assumptions are printed by itself.`;

const MORE_OF_SCALE = `How memory goes with the shard stands [above](#mining), what functions need by the size of the pool on [a page of its own](scale.md). What a GPU
does is [with the backends](compute.md#on-a-gpu).`;

const READING = `The same images in every format of a pool, read in turns by one process from the file cache, first their
bytes and then decoded as a miner has them. A tar.gz is unpacked on the way, and loose files are opened and closed one by one:
what that costs is in no reader's hand, and photos hide it.`;

/** `docs/benchmarks.md`. */
export const renderReport = async ({ run, peers, ...results }: Run): Promise<string> => {
  const { processor, cores, memoryMiB } = describeMachine();
  const gpus = (await listGpus()).map(({ name }) => name).join(', ');
  const { threads, repetitions, quick, load, ownPool } = run;
  const { compared, mined, curves, reading, starts, restart } = results;
  const targets = targetsOf(results);
  const facts = [
    `Machine: ${processor}, ${cores} cores, ${Math.round(memoryMiB / 1024)} GiB; ${gpus === '' ? 'no GPU, so nothing here says anything of GPUs' : gpus}.`,
    `Ours: ${listed(describeVersions())}.`,
    ...(Object.keys(peers).length === 0 ? [] : [`Peers: ${listed(peers)}.`]),
    `Load before it began: ${load.toFixed(1)}.${load > BUSY * cores ? ' **Other programs were running: trust ratios more than rates.**' : ''}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'} an operation. Every side is a process of its own; all are warmed up, then take turns, ${repetitions} laps each. Figures are medians (smallest to largest).`,
  ];
  return `${[
    '# Benchmarks',
    `Written by \`npm run bench\`.${quick ? ' **A quick look: too few and too short laps to rely on.**' : ''}`,
    facts.map((fact) => `* ${fact}`).join('\n'),
    ...section('Targets', targets, targetTable(targets)),
    ...section('Ours and peers', compared, COMPARED, comparisonTable(compared)),
    ...section('Start', starts, startTable(starts)),
    ...(restart === undefined ? [] : [`A finished job of a run that is started again: ${spread(restart)} s.`]),
    ...section(
      'Mining',
      mined,
      MINING,
      ownPool
        ? 'The images are from `OMNIDISTILL_BENCH_POOL`.'
        : 'The images are drawn faces, 48 × 48 grey PNG; a shard repeats 256 of them.',
      miningTable(mined),
      'How a job grows with its shard, one job each:',
      growthTable(mined),
    ),
    ...section(
      'Reading',
      reading,
      `${reading[0]?.images.toLocaleString('en')} drawn faces, 48 × 48 grey PNG. ${READING}`,
      readingTable(reading),
    ),
    ...(curves === undefined
      ? []
      : ['## Scale', CURVES, imageCurveTable(curves), POOLS, poolCurveTable(curves), MORE_OF_SCALE]),
    (await readFile(join(import.meta.dirname, 'profiles.md'), 'utf8')).trim(),
    '## How to run',
    HOW,
  ].join('\n\n')}\n`;
};
