import { type Compared, cpuRatioTo, type Measured, ratioTo } from './compare.ts';
import { SHARP } from './comparisons.ts';
import type { Curves } from './curves.ts';
import { ONNXRUNTIME } from './engines.ts';
import type { MiningMeasured } from './mining.ts';
import { type ReadingMeasured, TAR } from './reading.ts';
import { peerOf, short } from './report/tables.ts';
import type { BenchSpread } from './spread.ts';
import type { Start } from './start.ts';

/** A promise and what was measured. */
export interface BenchTarget {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly met: boolean;
}

export interface Results {
  readonly compared: readonly Compared[];
  readonly mined: readonly MiningMeasured[];
  readonly curves?: Curves | undefined;
  readonly reading: readonly ReadingMeasured[];
  readonly starts: readonly Start[];
  /** Seconds of a finished job in a run that is started again. */
  readonly restart?: BenchSpread | undefined;
}

/** Works that have to reach PyTorch. */
const PEER_RATIO = 1;
const AGAINST_PEER = ['convnet-training', 'convnet-embedding', 'k2-training', 'k2-fitting', 'matching'];
/** The decoder to sharp and to Pillow, by CPU time. */
const SHARP_RATIO = 8;
const PILLOW_RATIO = 0.8;
/** Images/s of a plain `npm ci` where TensorFlow reaches as many as stand beside; a slower machine is asked for as much less. */
const ON_PLAIN_INSTALL: Readonly<Record<string, { readonly rate: number; readonly tensorflow: number }>> = {
  'convnet-training': { rate: 150, tensorflow: 550 },
  'convnet-embedding': { rate: 500, tensorflow: 2000 },
  'k2-training': { rate: 310, tensorflow: 763 },
};
/** On either kind of machine, with AVX-512 or without. */
const PLAIN_PART = 0.2;
const JOB_PART = 0.9;
const JOB_START_SECONDS = 1;
/** A job that waits for images while decoding takes this part of all cores cannot be faster here. */
const SATURATED = 0.85;
const START_SECONDS = 1;
const RESTART_SECONDS = 0.05;
const READING_PART = 0.9;
const MEMORY_MIB: Readonly<Record<string, number>> = { tensorflow: 1.2 * 1024, wasm: 600 };
/** Growth of the peak from the smallest to the largest shard that still counts as none. */
const MEMORY_GROWTH = 1.1;

const sideOf = ({ ours }: Compared, name: string): Measured | undefined => ours.find(({ side }) => side === name);

const atLeast = (what: string, value: number, least: number, unit = ''): BenchTarget => ({
  what,
  wanted: `≥ ${short(least)}${unit}`,
  got: `${short(value)}${unit}`,
  met: value >= least,
});

const atMost = (what: string, value: number, most: number, unit: string): BenchTarget => ({
  what,
  wanted: `< ${short(most)}${unit}`,
  got: `${short(value)}${unit}`,
  met: value < most,
});

/** What predicts on a plain install, to the better layout of PyTorch. */
const ENGINE_RATIO = 1.3;

/** By CPU time, which the threads of a library are part of. */
const decodingTargets = ({ comparison, ours, peers }: Compared): BenchTarget[] =>
  comparison.kind !== 'decoder'
    ? []
    : peers.map((peer) => {
        const least = peer.side === SHARP ? SHARP_RATIO : PILLOW_RATIO;
        return atLeast(`${comparison.title}: to ${peer.side}, by CPU time`, cpuRatioTo(ours[0]!, peer), least, ' ×');
      });

const speedTargets = (compared: Compared): BenchTarget[] => {
  const { name, title } = compared.comparison;
  const tensorflow = sideOf(compared, 'tensorflow');
  const peer = tensorflow && peerOf(compared, tensorflow);
  const targets: BenchTarget[] = [];
  const engine = sideOf(compared, ONNXRUNTIME);
  const engines = engine && peerOf(compared, engine);
  if (name === 'k2-embedding' && engine !== undefined && engines !== undefined) {
    const { median } = ratioTo(engine, engines);
    targets.push(atLeast(`${title}: onnxruntime to PyTorch's better layout`, median, ENGINE_RATIO, ' ×'));
  }
  if (AGAINST_PEER.includes(name) && tensorflow !== undefined && peer !== undefined) {
    const { median } = ratioTo(tensorflow, peer);
    targets.push(atLeast(`${title}: tensorflow to PyTorch's better layout`, median, PEER_RATIO, ' ×'));
  }
  const plain = ON_PLAIN_INSTALL[name];
  if (plain !== undefined && engine !== undefined && tensorflow !== undefined) {
    const here = tensorflow.rate.median;
    const wanted = plain.rate * Math.min(1, here / plain.tensorflow);
    const speed = `${plain.rate} images/s where TensorFlow reaches ${short(plain.tensorflow)}, here ${short(here)}`;
    targets.push(atLeast(`${title}: a plain install, ${speed}`, engine.rate.median, wanted, ' images/s'));
    targets.push(atLeast(`${title}: the same to tensorflow`, ratioTo(engine, tensorflow).median, PLAIN_PART, ' ×'));
  }
  return targets;
};

/** As fast as the net alone, or bound by decoding on cores that are all busy. */
const miningSpeed = ({ backend, ratioAmidst, waiting, busy }: MiningMeasured): BenchTarget => {
  const { median } = ratioAmidst;
  const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;
  const decodeBound = waiting > 0.1 && busy >= SATURATED;
  return {
    what: `mining job on ${backend} to its nets alone, from the first image to the last`,
    wanted: `≥ ${JOB_PART} ×, or waiting for images with all cores ≥ ${percent(SATURATED)} busy`,
    got: `${short(median)} ×, waiting ${percent(waiting)}, cores ${percent(busy)} busy`,
    met: median >= JOB_PART || decodeBound,
  };
};

const miningTargets = (measured: MiningMeasured): BenchTarget[] => {
  const { backend, growth, idle, idleAgain } = measured;
  const peaks = growth.map(({ peakMiB }) => peakMiB);
  const limit = MEMORY_MIB[backend];
  return [
    miningSpeed(measured),
    atMost(`start and end of a mining job on ${backend}`, idle.median, JOB_START_SECONDS, ' s'),
    atMost(`the same in a process that had a job before, on ${backend}`, idleAgain.median, JOB_START_SECONDS, ' s'),
    ...(limit === undefined
      ? []
      : [atMost(`peak memory of a mining job on ${backend}`, Math.max(...peaks), limit, ' MiB')]),
    atMost(`the same, largest shard to smallest, on ${backend}`, peaks.at(-1)! / peaks[0]!, MEMORY_GROWTH, ' ×'),
  ];
};

/** Decoded, as a miner has them, by CPU time: what else runs on the machine is no part of it. */
const readingTargets = (all: readonly ReadingMeasured[]): BenchTarget[] =>
  all
    .filter(({ format }) => format !== TAR)
    .map(({ format, pixels }) => {
      const what = `reading and decoding ${format}, to the same images in a tar, by CPU time`;
      return atLeast(what, pixels.toTarByCpu.median, READING_PART, ' ×');
    });

const RESTARTED = 'a finished job of a run that is started again';

/** What was promised beside what was measured, as far as it was measured. */
export const targetsOf = ({ compared, mined, reading, starts, restart }: Results): BenchTarget[] => [
  ...compared.flatMap(speedTargets),
  ...compared.flatMap(decodingTargets),
  ...starts
    .filter(({ side }) => side === 'tensorflow')
    .map(({ side, seconds }) => atMost(`import and first operation, ${side}`, seconds.median, START_SECONDS, ' s')),
  ...(restart === undefined ? [] : [atMost(RESTARTED, restart.median, RESTART_SECONDS, ' s')]),
  ...mined.flatMap(miningTargets),
  ...readingTargets(reading),
];
