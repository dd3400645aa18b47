import { defineConfig } from 'vitest/config';
import { browserScripts } from './scripts/browser-scripts.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/** Whole runs, and what asks how a process loads TensorFlow. */
const APART = ['test/integration/**/*.test.ts', 'test/unit/tensor/backend.test.ts'];

export default defineConfig(async () => ({
  define: await browserScripts(),
  test: {
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    unstubEnvs: true,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true as const,
        test: { name: 'apart', include: APART, globalSetup: 'test/support/fresh-assembly.ts' },
      },
      {
        extends: true as const,
        // Most files take less time than loading TensorFlow.js, the CDK and sharp anew does.
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: APART, isolate: false },
      },
    ],
  },
}));
