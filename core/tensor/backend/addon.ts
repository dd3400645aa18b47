import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** `lib/build.json`: what `npm run setup:tensorflow` writes beside the addon. */
export const BuildRecord = z.object({
  /** `tensorflow-cpu`, or `tensorflow` with the code for CUDA. */
  distribution: z.enum(['tensorflow-cpu', 'tensorflow']),
  tensorflow: z.string(),
  glibc: z.string(),
});
export type BuildRecord = z.infer<typeof BuildRecord>;

/** Where this is an installed package, npm has to be told whose command is meant. */
const OWN = import.meta.url.includes('/node_modules/omnidistill/') ? 'npm explore omnidistill -- ' : '';

/** The commands that put right what is missing; messages and the doctor name them. */
export const SETUP = `${OWN}npm run setup:tensorflow`;
export const SETUP_GPU = `${SETUP} -- --gpu`;

const require = createRequire(import.meta.url);

/** Folder of an installed package, or undefined. */
export const packageFolder = (name: string): string | undefined => {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
};

/** Folder of the installed tfjs-node-gpu, built or not. */
export const tensorflowFolder = (): string | undefined => packageFolder('@tensorflow/tfjs-node-gpu');

/** The addon that `npm run setup:tensorflow` builds, or undefined where it was not built. */
export const tensorflowAddon = (folder = tensorflowFolder()): string | undefined => {
  const addon = folder && join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  return addon && existsSync(addon) ? addon : undefined;
};

/** How the addon was built, or undefined where nothing readable says so. */
export const buildRecord = (folder = tensorflowFolder()): BuildRecord | undefined => {
  if (folder === undefined) return undefined;
  try {
    return BuildRecord.parse(JSON.parse(readFileSync(join(folder, 'lib', 'build.json'), 'utf8')));
  } catch {
    return undefined;
  }
};

/** Version of the C library that this process runs on; undefined on musl and off Linux. */
export const glibcVersion = (): string | undefined => {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
};

/** Why TensorFlow cannot be loaded, as far as can be told without loading it; undefined where nothing speaks against it. */
export const addonTrouble = (folder = tensorflowFolder()): string | undefined => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `TensorFlow is built on Linux x64 only, and this is ${process.platform} ${process.arch}`;
  }
  if (folder === undefined) return '@tensorflow/tfjs-node-gpu is not installed';
  if (tensorflowAddon(folder) === undefined) return 'the TensorFlow addon is not built here';
  if (processorLacksAvx()) return 'this processor has no AVX, which TensorFlow needs';
  return undefined;
};

/** What to do about `addonTrouble`; nothing helps on another platform or processor. */
export const addonFix = (folder = tensorflowFolder()): string | undefined => {
  if (process.platform !== 'linux' || process.arch !== 'x64' || processorLacksAvx()) return undefined;
  return folder === undefined ? 'npm ci' : SETUP;
};

/** What the dynamic loader's words mean to a person; the words themselves stay in the message. */
export const explainLoadError = (message: string): string => {
  if (/(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+' not found/.test(message)) {
    return `it was built with a newer C library than this machine's (glibc ${glibcVersion() ?? 'none'})`;
  }
  if (/cannot open shared object file/.test(message)) return 'a library that it needs is missing';
  if (/invalid ELF header|file too short|not a dynamic|wrong ELF class/.test(message)) {
    return 'it is damaged or was built for another platform';
  }
  if (/NODE_MODULE_VERSION|did not self-register/.test(message)) return 'it was built for another Node';
  return 'it does not load';
};

/** TensorFlow's wheels are compiled for AVX and end the process where the processor has none. */
function processorLacksAvx(): boolean {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return flags !== undefined && !/\bavx\b/.test(flags);
  } catch {
    return false;
  }
}
