import { cp } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { FUNCTION_NAMES, KEEPER_NAMES } from '../core/contracts/stages.ts';
import { browserScripts } from './browser-scripts.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** CommonJS inside a module needs a `require`. */
const REQUIRE = {
  js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
} as const;

/** JavaScript alone, of so many files that loading them one by one would take a job longer than its first images. */
const TAKEN_IN = /^(@aws-sdk\/.*|zod|hyparquet|hyparquet-compressors|hyparquet-writer)(\/|$)/;
/** CommonJS that `import` would read twice, the first time to look for the names of its exports. */
const REQUIRED = /^(@tensorflow\/tfjs-core|sharp|tar-stream)$/;

/** Leaves packages where they are, native ones among them, but for those that start faster otherwise. */
const besideNodeModules: Plugin = {
  name: 'beside-node-modules',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace, resolveDir }) => {
      const isTakenIn = TAKEN_IN.test(path) || relative(root, resolveDir).includes('node_modules');
      if (kind === 'entry-point' || isTakenIn) return undefined;
      return namespace === 'file' && REQUIRED.test(path) ? { path, namespace: 'required' } : { path, external: true };
    });
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** Programs that run beside a node_modules folder. */
const program = (entry: string, outfile: string, define: Record<string, string> = {}): BuildOptions => ({
  ...shared,
  define,
  entryPoints: [entry],
  outfile,
  plugins: [besideNodeModules],
  banner: REQUIRE,
});

/** Says where a native package slips into a Lambda bundle, which would otherwise fail on its first call. */
const refuseNative: Plugin = {
  name: 'refuse-native',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(sharp|@img\/.*|@napi-rs\/.*|@tensorflow\/tfjs-node.*|onnxruntime-node)$/ }, ({ path }) => ({
      errors: [{ text: `${path} is native: a Lambda bundle cannot hold it. Only jobs may import this.` }],
    })),
};

/** Lambda uploads one folder, so everything goes into the file. */
const lambda = (name: string, define: Record<string, string>): BuildOptions => ({
  ...shared,
  define,
  entryPoints: [`functions/${name}.ts`],
  outfile: `dist/functions/${name}/index.mjs`,
  plugins: [refuseNative],
  banner: REQUIRE,
});

const started = performance.now();
const scripts = await browserScripts();
const results = await Promise.allSettled(
  [
    program('containers/worker/main.ts', 'dist/worker/worker.mjs'),
    program('containers/worker/reader.ts', 'dist/worker/reader.mjs'),
    program('infra/app.ts', 'dist/infra/app.mjs'),
    program('cli/main.ts', 'dist/cli/main.mjs', scripts),
    ...[...FUNCTION_NAMES, ...KEEPER_NAMES].map((name) => lambda(name, scripts)),
  ].map((options) => build(options)),
);
// npm leaves a lock file beside package.json out of a package, and the worker image is built from one.
await cp(join(root, 'package-lock.json'), join(root, 'dist', 'image', 'package-lock.json'));
// esbuild has printed what is wrong, with the lines of source.
const failed = results.filter(({ status }) => status === 'rejected').length;
if (failed > 0) process.exitCode = 1;
console.log(
  `Built ${results.length - failed} of ${results.length} bundles in ${Math.round(performance.now() - started)} ms.`,
);
