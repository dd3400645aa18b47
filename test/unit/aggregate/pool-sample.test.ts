import { describe, expect, it } from 'vitest';
import { poolSampler } from '../../../core/aggregate/pool-sample.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { toyConfig, toyPlan } from '../../support/toy.ts';

const candidates = Array.from({ length: 100 }, (_, row): Candidate => {
  const sha256 = `${row}`.padStart(64, '0');
  return { key: `${row}`, shard: 0, row, sha256, label: 0, score: 0.5, sureness: 0.5 };
});

const sampled = (noisySteps: number, forbidden: readonly string[] = []): readonly Candidate[] => {
  const { student } = toyConfig();
  const config = toyConfig({ student: { ...student, noisy: { ...student.noisy, steps: noisySteps } } });
  const sampler = poolSampler(toyPlan({ config }), 0, candidates.length, new Set(forbidden));
  sampler.add(candidates);
  return sampler.sample;
};

describe('Function: poolSampler', () => {
  it('keeps as many as the training that looks at most of them: fewer would be seen again and again', () => {
    // Consistency looks at 4 × 4.
    expect(sampled(0)).toHaveLength(16);
    expect(sampled(10)).toHaveLength(40);
    expect(sampled(1000)).toHaveLength(100);
  });

  it('keeps no image of a benchmark, even without its label', () => {
    expect(sampled(1000, [candidates[7]!.sha256]).map(({ key }) => key)).not.toContain('7');
  });
});
