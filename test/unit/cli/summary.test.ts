import { expect, it } from 'vitest';
import { summaryLines } from '../../../cli/summary.ts';
import { terminalText } from '../../../cli/terminal.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { toyAudit, toyMinedSummary, toySummary } from '../../support/toy-summary.ts';

const estimate = (mean: number, half: number) => {
  return { mean, std: half / 2, values: [mean, mean, mean], low: mean - half, high: mean + half };
};
const gain = { ...estimate(0.0221, 0.003), p: 0.25, verdict: 'gain', macroRecall: estimate(0.01, 0.02) } as const;

const summary = toySummary({
  runId: 'main',
  classes: ['happy', 'sad'],
  config: resolveConfig('quick'),
  accuracy: { test: { primitive: estimate(0.41, 0.01), 'boost/dm-ipc10': estimate(0.4321, 0.0123) } },
  macroRecall: { test: { primitive: estimate(0.39, 0.01), 'boost/dm-ipc10': estimate(0.4, 0.0123) } },
  comparisons: { test: { 'boost/dm-ipc10': { primitive: gain } } },
  images: { primitive: 0, 'boost/dm-ipc10': 20 },
  mined: toyMinedSummary({
    poolImages: 26078,
    mined: 5216,
    byClass: { happy: 5000, sad: 216 },
    threshold: 0.51234,
    expectedPrecision: 0.71,
    failedShards: [{ shard: 3, error: { name: 'ShardUnreadableError', message: 'cut', exitCode: 65 } }],
    rejected: { undecodable: 3, duplicate: 0 },
    audit: toyAudit({ checked: 5000, low: 0.69, high: 0.71 }),
  }),
  stages: { train: { jobs: 4, seconds: 130, peakMemoryMiB: 512.4 } },
  miningImagesPerSecond: 812.3,
});

it('tells accuracies with their spread, gains, what was mined and left out, costs and places', () => {
  const lines = summaryLines(summary, '/out').map(terminalText);
  expect(lines.slice(0, 4)).toEqual([
    'Benchmark test (means over 3 seeds; differences with their 95 % intervals)',
    '  arm             images  accuracy %  macro recall %  over the primitive, points',
    '  primitive            0       41.00           39.00',
    '  boost/dm-ipc10      20       43.21           40.00      +2.21 (+1.91 to +2.51)  gain',
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      'Mined 5,216 of 26,078 pool images (20.00 %), similarity from 0.512',
      '  by class: happy 5,000, sad 216',
      '  pseudo-labels right by the audit file: 70.00 % (95 %: 69.00 to 71.00; 5,000 labels checked)',
      '  shard 3 failed: ShardUnreadableError: cut',
      'Rejected in the pool: undecodable 3',
      'Rejected in the labelled set and the benchmarks: none',
      '  train     4  2 min 10 s      512 MiB',
      'report         /out/runs/main/report/index.html',
      'these numbers  /out/runs/main/summary.json',
    ]),
  );
});
