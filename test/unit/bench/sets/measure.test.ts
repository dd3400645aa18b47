import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, find, withSteps } from '../../../../bench/sets/measure.ts';
import { parseRow } from '../../../../bench/sets/rows.ts';
import { resolveConfig } from '../../../../core/contracts/presets.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('what bench:sets measured', () => {
  it('is not taken for what other steps or another use make of the same set', () => {
    const folder = temporaryFolder();
    const trial = { row: parseRow('no-pool-2048-bank'), draw: 0, seed: 1 };
    const bench = (more: Partial<Bench>): Bench =>
      ({ use: 'boost', net: 'k2', steps: undefined, stepSize: 0.002, folder, ...more }) as Bench;
    mkdirSync(join(folder, 'boost/k2/no-pool-2048-bank'), { recursive: true });
    writeFileSync(join(folder, 'boost/k2/no-pool-2048-bank/0-1.json'), '{"bytes":7}');
    writeFileSync(join(folder, 'boost/k2/no-pool-2048-bank/0-1.f32'), Buffer.from(Float32Array.of(0.5, 0.25).buffer));
    expect(find(bench({}), trial)).toEqual({ bytes: 7, probabilities: Float32Array.of(0.5, 0.25) });
    for (const other of [{ steps: 200 }, { use: 'only' }, { use: 'steps' }, { net: 'convnet' }] as const) {
      expect(find(bench(other), trial)).toBeUndefined();
    }
  });

  it('has as many steps of learning as were asked for, and as the run where none were', () => {
    const config = resolveConfig('standard');
    const { only, boost } = withSteps(config, 1000).evaluate;
    expect([only, boost]).toEqual([
      { ...config.evaluate.only, steps: 1000 },
      { ...config.evaluate.boost, steps: 1000 },
    ]);
    expect(withSteps(config, undefined)).toBe(config);
  });
});
