import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the addon of @tensorflow/tfjs-node-gpu for this machine against the C libraries of a current TensorFlow.
 * The package's own installer would fetch TensorFlow 2.9 of 2022; its addon uses the stable C API alone, so it builds
 * unchanged against the libraries inside a wheel of PyPI. Python and g++ are needed here and never again.
 */
const TENSORFLOW = '2.21.0';
/** `tensorflow` has the CUDA code, at twice the size. */
const DISTRIBUTION = process.env.TENSORFLOW_DISTRIBUTION ?? 'tensorflow-cpu';
/** Which of the wheels is fetched; the C libraries inside do not depend on the Python version. */
const PYTHON_TAG = '312';
const PLATFORMS = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];

const require = createRequire(import.meta.url);
const scripts = dirname(fileURLToPath(import.meta.url));
const cache = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'omnidistill',
  `${DISTRIBUTION}-${TENSORFLOW}-napi8`,
);

const fail = (message: string): never => {
  console.error(`setup:tensorflow: ${message}`);
  process.exit(1);
};

const requireTool = (command: string, args: readonly string[], debian: string): void => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
  } catch {
    fail(`\`${command} ${args.join(' ')}\` does not work. Install it, on Debian with: apt-get install ${debian}`);
  }
};

const download = (folder: string): string => {
  const platforms = PLATFORMS.flatMap((platform) => ['--platform', platform]);
  const python = ['--python-version', PYTHON_TAG, '--implementation', 'cp', '--abi', `cp${PYTHON_TAG}`];
  const options = ['-q', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '-d', folder];
  execFileSync(
    'python3',
    ['-m', 'pip', 'download', ...options, ...python, ...platforms, `${DISTRIBUTION}==${TENSORFLOW}`],
    { stdio: 'inherit' },
  );
  const [wheel] = readdirSync(folder);
  return wheel === undefined ? fail('pip downloaded nothing.') : join(folder, wheel);
};

const compile = (packageFolder: string, folder: string): void => {
  const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const addon = join(folder, 'lib', 'napi-v8');
  mkdirSync(addon, { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file));
  const includes = [headers, join(folder, 'deps', 'include'), join(packageFolder, '..')].map((path) => `-I${path}`);
  const libraries = [`-L${join(folder, 'deps', 'lib')}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  execFileSync(
    'g++',
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-DNDEBUG', ...includes, ...sources],
      ...['-o', join(addon, 'tfjs_binding.node'), ...libraries, '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ],
    { stdio: 'inherit' },
  );
};

/** Makes the cache folder whole or not at all, so that an interrupted build is not taken for a finished one. */
const buildInto = (packageFolder: string): void => {
  requireTool('python3', ['-m', 'pip', '--version'], 'python3 python3-pip');
  requireTool('g++', ['--version'], 'g++');
  const scratch = mkdtempSync(join(tmpdir(), 'omnidistill-tensorflow-'));
  mkdirSync(dirname(cache), { recursive: true });
  const draft = mkdtempSync(`${cache}-`);
  try {
    console.log(`Fetching ${DISTRIBUTION} ${TENSORFLOW} ...`);
    const wheel = download(scratch);
    execFileSync('python3', [join(scripts, 'extract-wheel.py'), wheel, join(draft, 'deps')], { stdio: 'inherit' });
    console.log('Compiling the addon ...');
    compile(packageFolder, draft);
    renameSync(draft, cache);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(draft, { recursive: true, force: true });
  }
};

/** `npm ci` empties node_modules; the links are made again from the cache in no time. */
const link = (packageFolder: string): void => {
  for (const name of ['lib', 'deps']) {
    rmSync(join(packageFolder, name), { recursive: true, force: true });
    symlinkSync(join(cache, name), join(packageFolder, name));
  }
};

if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(`builds on Linux x64 with glibc. This is ${process.platform} ${process.arch}: the wasm backend runs here.`);
}
let packageFolder: string;
try {
  packageFolder = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
} catch {
  packageFolder = fail('@tensorflow/tfjs-node-gpu is not installed. Run `npm ci` first.');
}
if (!existsSync(join(cache, 'lib', 'napi-v8', 'tfjs_binding.node'))) buildInto(packageFolder);
link(packageFolder);
const version = execFileSync(process.execPath, ['-p', 'require("./lib/napi-v8/tfjs_binding.node").TF_Version'], {
  cwd: packageFolder,
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  encoding: 'utf8',
}).trim();
console.log(`TensorFlow ${version} is ready for Node ${process.version}.`);
