import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ARM_KINDS,
  ArmName,
  armName,
  armsOf,
  ceilingsOf,
  controlsOf,
  isPlanned,
  measuredKinds,
  parseArm,
  referencesOf,
  standingOf,
} from '../../../core/contracts/arms.ts';
import { Backbone } from '../../../core/contracts/backbones.ts';
import type { ConfigOverrides } from '../../../core/contracts/config.ts';
import { METHOD_NAMES } from '../../../core/contracts/methods.ts';
import { MINING_SCORE_NAMES } from '../../../core/contracts/mining-scores.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';

const config = resolveConfig('standard', {
  student: { noisy: { steps: 1 } },
  distill: { methods: [...METHOD_NAMES], ipc: [1, 10] },
  evaluate: { otherLabels: ['fixed', 'hard'] },
  backbone: Backbone.parse({ uri: 's3://models/a.onnx', size: 64 }),
});
const names = armsOf(config).map(armName);

describe('the arms of a run', () => {
  it('are every kind there is, each distilled set in all that hold one, and no name twice', () => {
    expect(new Set(armsOf(config).map(({ kind }) => kind))).toEqual(new Set(ARM_KINDS));
    expect(names).toContain('only/k-center-ipc10');
    expect(new Set(names).size).toBe(names.length);
  });

  it('leave out what a run does not train', () => {
    const without = (over: ConfigOverrides) =>
      armsOf(
        resolveConfig('standard', {
          distill: { methods: [...METHOD_NAMES], ipc: [1, 10] },
          evaluate: { otherLabels: ['fixed', 'hard'] },
          ...over,
        }),
      ).map(armName);
    const plain = without({ student: { consistency: { steps: 0 }, noisy: { steps: 0 } } });
    const left = ['consistent-control', 'consistent', 'noisy-control', 'noisy', 'backbone'];
    expect(names.filter((name) => !plain.includes(name))).toEqual(left);
    expect(without({ seeds: 1 })).not.toContain('ensemble');
    // A set without a bank has one label an image anyway.
    const bankless = without({ distill: { ipc: [1, 10], bank: { views: 0 } } });
    expect(bankless.filter((name) => /-(fixed|hard)\//.test(name))).toEqual([]);
    expect(bankless).toContain('boost/dm-ipc10');
    // Nor do its results explain rows that they do not have.
    expect(measuredKinds(resolveConfig('standard'))).not.toContain('noisy');
    expect(measuredKinds(config)).toEqual(ARM_KINDS);
  });

  it.each(names)('%s is found again by its name, or its net could not be made', (name) => {
    expect(ArmName.parse(name)).toBe(name);
    expect(armsOf(config)).toContainEqual(parseArm(name));
    expect(armName(parseArm(name))).toBe(name);
  });

  it.each([
    '',
    'boost',
    'boost/',
    'boost/best',
    'only/none',
    'only/dm',
    'only/dm-ipc0',
    'only/dmx-ipc1',
    'omni/dm-ipc1',
  ])('refuse "%s" and say what there is', (name) => {
    expect(() => ArmName.parse(name)).toThrow(/must be an arm: one of primitive, control, omni/);
    expect(() => parseArm(name)).toThrow(`"${name}" is no arm.`);
  });

  it('are explained to readers of summary.json, and so are methods and scores', () => {
    const page = readFileSync(new URL('../../../docs/summary.md', import.meta.url), 'utf8');
    for (const name of [...ARM_KINDS, ...METHOD_NAMES, ...MINING_SCORE_NAMES]) expect(page).toContain(`\`${name}\``);
  });

  it('are compared with arms of the same run, never with themselves', () => {
    for (const name of names) {
      expect(referencesOf(parseArm(name)).every((other) => names.includes(other) && other !== name)).toBe(true);
    }
  });

  it.each([
    ['primitive', 'start', []],
    ['control', 'control', []],
    ['omni', 'ours', ['control']],
    ['boost/none', 'control', ['boost/no-pool']],
    ['boost/mined', 'ours', ['boost/no-pool']],
    ['boost/no-pool', 'control', []],
    ['boost/mined-soft', 'ceiling', ['boost/no-pool']],
    ['boost/pool-soft', 'ceiling', ['boost/no-pool']],
    ['boost/herding-ipc10', 'baseline', ['boost/no-pool', 'boost/random-ipc10']],
    ['boost/random-ipc1', 'baseline', ['boost/no-pool']],
    ['boost/dm-ipc1', 'ours', ['boost/no-pool', 'boost/random-ipc1']],
    ['only/dm-ipc10', 'ours', ['only/random-ipc10']],
    ['only/random-ipc10', 'baseline', []],
  ])('%s is there as %s and has to beat %j', (name, standing, controls) => {
    expect(standingOf(parseArm(name))).toBe(standing);
    expect(controlsOf(parseArm(name))).toEqual(controls);
  });

  it('stand beside what learns from labels of the same kind, and need not beat it', () => {
    const set = parseArm('boost/dm-ipc1');
    expect(ceilingsOf(set)).toEqual(['boost/mined-soft', 'boost/pool-soft']);
    expect(referencesOf(set)).toEqual(['primitive', ...controlsOf(set), ...ceilingsOf(set)]);
    expect(referencesOf(parseArm('primitive'))).toEqual([]);
  });

  it('are corrected for the number of those comparisons alone that a run is made for', () => {
    const distill = { methods: ['random' as const, 'dm' as const], ipc: [1] };
    const planned = armsOf(resolveConfig('standard', { distill, student: { noisy: { steps: 1 } } })).flatMap((arm) =>
      referencesOf(arm).flatMap((other) => (isPlanned(arm, other) ? [`${armName(arm)} over ${other}`] : [])),
    );
    expect(planned).toEqual([
      'omni over primitive',
      'omni over control',
      'consistent over consistent-control',
      'noisy over noisy-control',
      'boost/mined over boost/no-pool',
      'only/dm-ipc1 over only/random-ipc1',
      'boost/dm-ipc1 over boost/no-pool',
    ]);
  });
});
