import { expect, it } from 'vitest';
import { summaryLines } from '../../../cli/summary.ts';
import { terminalText } from '../../../cli/terminal.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { toyAudit, toyMinedSummary, toySummary } from '../../support/toy-summary.ts';

const spread = (mean: number, std: number) => ({ mean, std, values: [mean, mean, mean] });

const summary = toySummary({
  runId: 'main',
  classes: ['happy', 'sad'],
  config: resolveConfig('quick'),
  accuracy: { test: { primitive: spread(0.41, 0.01), 'boost/dm-ipc10': spread(0.4321, 0.0123) } },
  gain: { test: { primitive: spread(0, 0), 'boost/dm-ipc10': spread(0.0221, 0.003) } },
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
    'Benchmark test (mean ± standard deviation, 3 seeds)',
    '  arm             images    accuracy %  gain, points',
    '  primitive            0  41.00 ± 1.00',
    '  boost/dm-ipc10      20  43.21 ± 1.23  +2.21 ± 0.30',
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
