import { listGpus } from '../cli/doctor/machine.ts';
import { OmnidistillError } from '../core/errors.ts';
import type { Comparison } from './comparisons.ts';
import { watchGpu } from './gpu.ts';
import type { Lap } from './protocol.ts';
import { type Command, type Side, startSide } from './side.ts';
import { type BenchSpread, pairedRatio, spreadOf } from './spread.ts';

/** A side's part in a comparison. */
export interface Measured {
  readonly side: string;
  /** Images or steps a second. */
  readonly rate: BenchSpread;
  readonly rates: readonly number[];
  /** CPU seconds of 1,000 images or steps. */
  readonly cpuPerThousand: number;
  readonly peakMiB: number;
  /** Mean part of the time that the GPU was busy, in percent. */
  readonly gpuPercent?: number | undefined;
  /** Mean difference of the check's values to the first side's, as a part of their mean size. */
  readonly difference: number;
}

export interface Compared {
  readonly comparison: Comparison;
  readonly ours: readonly Measured[];
  readonly peers: readonly Measured[];
}

/** The sides did not compute the same thing. */
export class UnequalWorkError extends OmnidistillError {
  public override readonly name = 'UnequalWorkError';

  public constructor(name: string, side: string, difference: number, allowed: number) {
    super(
      `${name}: what ${side} computes differs by ${difference.toExponential(1)} of its size, more than ${allowed}.`,
    );
  }
}

/** Mean absolute difference as a part of the mean absolute value. */
export const differenceOf = (values: readonly number[], reference: readonly number[]): number => {
  if (values.length !== reference.length) return Number.POSITIVE_INFINITY;
  const sum = (of: (value: number, i: number) => number): number =>
    reference.reduce((total, value, i) => total + Math.abs(of(value, i)), 0);
  const size = sum((value) => value);
  return size === 0 ? 0 : sum((value, i) => values[i]! - value) / size;
};

export interface Rival {
  readonly name: string;
  readonly ours: boolean;
  readonly device: 'cpu' | 'cuda';
  readonly command: Command;
}

export interface CompareOptions {
  readonly threads: number;
  readonly inputs: string;
  readonly repetitions: number;
  /** Part of the steps that a lap takes: 1, or less for a quick look. */
  readonly part: number;
}

/**
 * Measures a piece of work on all sides. All are started and warmed up first; then they take turns, one lap each, so
 * that whatever else the machine does meets all of them.
 * @throws UnequalWorkError when two sides do not compute the same
 */
export const compare = async (
  comparison: Comparison,
  rivals: readonly Rival[],
  options: CompareOptions,
): Promise<Compared> => {
  const running: Running[] = [];
  try {
    return await race(comparison, rivals, options, running);
  } finally {
    for (const { side } of running) side.kill();
  }
};

const usesGpu = ({ name, device }: Rival): boolean => device === 'cuda' || name === 'tensorflow-gpu';

/** How many times the steps of a processor a side takes, so that a lap lasts as long. */
const paceOf = (rival: Rival): number => {
  if (usesGpu(rival)) return 16;
  return rival.name === 'wasm' ? 1 / 4 : 1;
};

interface Running {
  readonly rival: Rival;
  readonly side: Side;
  readonly laps: Lap[];
  readonly gpu: number[];
}

/** @param running - is filled with what was started */
const race = async (
  comparison: Comparison,
  rivals: readonly Rival[],
  { threads, inputs, repetitions, part }: CompareOptions,
  running: Running[],
): Promise<Compared> => {
  for (const rival of rivals) {
    const pace = paceOf(rival);
    const steps = Math.max(1, Math.round(comparison.steps * part * pace));
    const warmUp = Math.max(1, Math.round(comparison.warmUp * pace));
    const { name: side, device } = rival;
    const task = { case: comparison.name, side, device, threads, inputs, steps, warmUp };
    running.push({ rival, side: await startSide(rival.command, task), laps: [], gpu: [] });
  }
  const hasGpu = (await listGpus()).length > 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { rival, side, laps, gpu } of running) {
      const watch = hasGpu && usesGpu(rival) ? watchGpu() : undefined;
      laps.push(await side.lap());
      if (watch !== undefined) gpu.push(...watch());
    }
  }
  const measured: (Measured & { ours: boolean })[] = [];
  for (const { rival, side, laps, gpu } of running) {
    const difference = differenceOf(side.check, running[0]!.side.check);
    // Written so that NaN does not pass.
    if (!(difference <= comparison.tolerance)) {
      throw new UnequalWorkError(comparison.name, rival.name, difference, comparison.tolerance);
    }
    const rates = laps.map(({ count, seconds }) => count / seconds);
    measured.push({
      side: rival.name,
      ours: rival.ours,
      rates,
      rate: spreadOf(rates),
      cpuPerThousand: spreadOf(laps.map(({ count, cpuSeconds }) => (1000 * cpuSeconds) / count)).median,
      peakMiB: await side.end(),
      gpuPercent: gpu.length > 0 ? spreadOf(gpu).median : undefined,
      difference,
    });
  }
  return { comparison, ours: measured.filter(({ ours }) => ours), peers: measured.filter(({ ours }) => !ours) };
};

/** The fastest peer, by its median. */
export const bestPeer = ({ peers }: Compared): Measured | undefined =>
  [...peers].sort((a, b) => b.rate.median - a.rate.median)[0];

/** How a side of ours stands to the best peer; above 1 it is faster. */
export const ratioTo = (ours: Measured, peer: Measured): BenchSpread => pairedRatio(ours.rates, peer.rates);

/** The same by CPU time, which other programs on the machine disturb less. */
export const cpuRatioTo = (ours: Measured, peer: Measured): number => peer.cpuPerThousand / ours.cpuPerThousand;
