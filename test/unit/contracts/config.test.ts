import { describe, expect, it } from 'vitest';
import { EARLIER_AUGMENTATION } from '../../../core/contracts/augmentation.ts';
import { ConfigOverrides, RunConfig } from '../../../core/contracts/config.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';

describe('mining.nearBenchmark', () => {
  it('is on by itself, and off in a run that was planned before it and has prepared nothing for it', () => {
    const now = resolveConfig('standard');
    expect(now.mining.nearBenchmark).toBeGreaterThan(0.8);
    const { nearBenchmark: _, ...before } = now.mining;
    expect(RunConfig.parse({ ...now, mining: before }).mining.nearBenchmark).toBeNull();
  });

  it('is what a person said, and nothing where nothing was said', () => {
    expect(ConfigOverrides.parse({ mining: {} }).mining).not.toHaveProperty('nearBenchmark');
    expect(resolveConfig('quick', { mining: { nearBenchmark: null } }).mining.nearBenchmark).toBeNull();
    expect(() => resolveConfig('quick', { mining: { nearBenchmark: 0.2 } })).toThrow(/nearBenchmark/);
  });
});

describe('mining.nearDuplicate', () => {
  it('is a likeness, and can be turned off where equal pixels alone are to count', () => {
    expect(resolveConfig('quick').mining.nearDuplicate).toBe(0.92);
    expect(resolveConfig('quick', { mining: { nearDuplicate: null } }).mining.nearDuplicate).toBeNull();
    expect(() => resolveConfig('quick', { mining: { nearDuplicate: 0.2 } })).toThrow(/nearDuplicate/);
  });
});

describe('mining.gate', () => {
  it('can be turned off without saying what it would have kept', () => {
    expect(resolveConfig('quick', { mining: { gate: { on: false } } }).mining.gate).toEqual({ on: false, keep: 0.98 });
  });
});

describe('distill.matching.pretrainSteps', () => {
  it('is read from config files that call it checkpoints, as it was called once', () => {
    const { distill } = ConfigOverrides.parse({ distill: { matching: { checkpoints: [5], nets: 1 } } });
    expect(distill).toEqual({ matching: { pretrainSteps: [5], nets: 1 } });
    expect(() => ConfigOverrides.parse({ distill: { matching: { checkpoint: [5] } } })).toThrow(/checkpoint/);
  });
});

describe('augmentation', () => {
  it('is what it was in a run that was planned before it could be told', () => {
    const { augmentation, ...before } = resolveConfig('standard');
    expect(augmentation.degrees).toBeGreaterThan(EARLIER_AUGMENTATION.degrees);
    expect(RunConfig.parse(before).augmentation).toEqual(EARLIER_AUGMENTATION);
    expect(ConfigOverrides.parse({})).not.toHaveProperty('augmentation');
  });

  it('is changed in what a person names and in nothing else, and has no shift by more than half an image', () => {
    const { augmentation } = resolveConfig('quick');
    expect(resolveConfig('quick', { augmentation: { degrees: 0 } }).augmentation).toEqual({
      ...augmentation,
      degrees: 0,
    });
    expect(() => resolveConfig('quick', { augmentation: { shift: 4 } })).toThrow(/augmentation\.shift/);
  });
});

describe('student.start', () => {
  it('is the primitive, and fresh weights in a run that was planned when students had no other start', () => {
    const now = resolveConfig('standard');
    expect(now.student.start).toBe('primitive');
    const { start: _, ...before } = now.student;
    expect(RunConfig.parse({ ...now, student: before }).student.start).toBe('fresh');
    expect(ConfigOverrides.parse({ student: {} }).student).not.toHaveProperty('start');
  });
});

describe('distill.bank.layers', () => {
  it('is three in a run that was planned before it, and nothing where a person speaks of views alone', () => {
    const now = resolveConfig('quick', { distill: { bank: { layers: 0 } } });
    expect(now.distill.bank).toEqual({ views: 2048, layers: 0 });
    expect(RunConfig.parse({ ...now, distill: { ...now.distill, bank: { views: 7 } } }).distill.bank.layers).toBe(3);
    expect(ConfigOverrides.parse({ distill: { bank: { views: 7 } } }).distill).toEqual({ bank: { views: 7 } });
  });
});

describe('verdict', () => {
  it('has steps of its own, and none in a run that was planned when it went by the boost', () => {
    const { verdict, ...before } = resolveConfig('quick', { evaluate: { boost: { steps: 7 } } });
    expect(verdict).toEqual({ steps: 50, learningRate: 2e-3 });
    expect(RunConfig.parse(before)).toEqual(before);
    expect(ConfigOverrides.parse({})).not.toHaveProperty('verdict');
  });
});
