import { defineConfig } from 'vitest/config';
import { browserScripts } from './scripts/browser-scripts.ts';

export default defineConfig(async () => ({
  define: await browserScripts(),
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
}));
