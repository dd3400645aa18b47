import { defineConfig } from 'vitest/config';
import { browserScripts } from './scripts/browser-scripts.ts';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig(async () => ({
  define: await browserScripts(),
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // Most files take less time than loading TensorFlow.js, the CDK and sharp anew does.
    isolate: false,
    unstubEnvs: true,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
  },
}));
