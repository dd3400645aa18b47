import { describe, expect, it } from 'vitest';
import type { Measured } from '../../../bench/compare.ts';
import { COMPARISONS } from '../../../bench/comparisons.ts';
import { spreadOf } from '../../../bench/spread.ts';
import { targetsOf } from '../../../bench/targets.ts';

const measured = (side: string, rate: number): Measured => ({
  side,
  rates: [rate],
  rate: spreadOf([rate]),
  cpuPerThousand: 1,
  peakMiB: 100,
  difference: 0,
});

const training = (tensorflow: number, plain: number) => ({
  comparison: COMPARISONS.find(({ name }) => name === 'convnet-training')!,
  ours: [measured('tensorflow', tensorflow), measured('onnxruntime', plain)],
  peers: [measured('PyTorch cpu nhwc', 500), measured('PyTorch cpu nchw', 1000)],
});

const metBy = (tensorflow: number, plain: number): boolean[] =>
  targetsOf({ compared: [training(tensorflow, plain)], mined: [], reading: [], starts: [] }).map(({ met }) => met);

describe('the targets of a training step', () => {
  it('are held against the better layout of PyTorch', () => {
    expect(metBy(1000, 300)).toEqual([true, true, true]);
    expect(metBy(999, 300)[0]).toBe(false);
  });

  it('ask a plain install for 150 images/s, and for as much less as the machine is slower', () => {
    expect(metBy(1100, 149)[1]).toBe(false);
    expect(metBy(275, 75)[1]).toBe(true);
    expect(metBy(275, 74)[1]).toBe(false);
  });

  it('ask a plain install for a fifth of what TensorFlow reaches', () => {
    expect(metBy(1000, 200)[2]).toBe(true);
    expect(metBy(1000, 199)[2]).toBe(false);
  });
});

describe('the targets of decoding', () => {
  const met = (sharp: number, pillow: number): boolean[] => {
    const comparison = COMPARISONS.find(({ name }) => name === 'decode-jpeg')!;
    const ours = [{ ...measured('omnidistill', 1), cpuPerThousand: 1 }];
    const peers = [
      { ...measured('sharp', 1), cpuPerThousand: sharp },
      { ...measured('Pillow', 1), cpuPerThousand: pillow },
    ];
    return targetsOf({ compared: [{ comparison, ours, peers }], mined: [], reading: [], starts: [] }).map(
      (target) => target.met,
    );
  };

  it('are eight times as much as sharp and four fifths of Pillow, of the same processor time', () => {
    expect(met(8, 0.8)).toEqual([true, true]);
    expect(met(7.9, 0.79)).toEqual([false, false]);
  });
});

describe('the target of a restart', () => {
  const met = (seconds: number): boolean[] =>
    targetsOf({ compared: [], mined: [], reading: [], starts: [], restart: spreadOf([seconds]) }).map(
      (target) => target.met,
    );

  it('is that finished jobs cost nearly nothing', () => {
    expect([met(0.049), met(0.05)]).toEqual([[true], [false]]);
  });
});

describe('the targets of a mining job', () => {
  const job = (peakMiB: number) => ({
    images: 1000,
    jobSeconds: 1,
    wallSeconds: 1,
    waitSeconds: 0,
    computeSeconds: 1,
    cpuSeconds: 1,
    peakMiB,
  });
  const met = (
    first: number,
    last: number,
    part = 0.9,
    waiting = 0,
    busy = 0.5,
    start = 0.9,
    again = 0.1,
  ): boolean[] => {
    const [netOnly, ratio] = [spreadOf([1000]), spreadOf([part])];
    const mined = { backend: 'tensorflow', netOnly, job: spreadOf([1000 * part]), ratio, waiting, busy } as const;
    const more = { ratioAmidst: ratio, idle: spreadOf([start]), idleAgain: spreadOf([again]) };
    return targetsOf({
      compared: [],
      reading: [],
      starts: [],
      mined: [{ ...mined, ...more, growth: [job(first), job(last)] }],
    }).map((target) => target.met);
  };

  it('hold the peak against the limit and against growth with the shard', () => {
    expect(met(1000, 1099)).toEqual([true, true, true, true, true]);
    expect(met(1200, 1229)).toEqual([true, true, true, false, true]);
    expect(met(500, 550)).toEqual([true, true, true, true, false]);
  });

  it('ask for a job that begins and ends within a second', () => {
    expect(met(500, 500, 0.9, 0, 0.5, 0.99)[1]).toBe(true);
    expect(met(500, 500, 0.9, 0, 0.5, 1)[1]).toBe(false);
    expect(met(500, 500, 0.9, 0, 0.5, 0.9, 0.99)[2]).toBe(true);
    expect(met(500, 500, 0.9, 0, 0.5, 0.9, 1)[2]).toBe(false);
  });

  it('excuse a slow job only where it waits for images that all cores are busy with', () => {
    expect(met(500, 500, 0.5, 0.3, 0.9)[0]).toBe(true);
    expect(met(500, 500, 0.5, 0.3, 0.6)[0]).toBe(false);
    expect(met(500, 500, 0.5, 0, 0.9)[0]).toBe(false);
  });
});
