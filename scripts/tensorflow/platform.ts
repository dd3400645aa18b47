/** What the wheels were built for: `manylinux_2_27_x86_64`. */
const OLDEST_GLIBC = [2, 27] as const;

export interface Platform {
  readonly platform: string;
  readonly arch: string;
  /** Undefined on musl and off Linux. */
  readonly glibc: string | undefined;
}

/** The machine that this process runs on. */
export const thisPlatform = (): Platform => {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header?.glibcVersionRuntime };
};

/** Why TensorFlow's wheels cannot run on a machine; undefined where they can. */
export const platformTrouble = ({ platform, arch, glibc }: Platform): string | undefined => {
  const wasm = 'The wasm backend runs here without any setup.';
  if (platform !== 'linux' || arch !== 'x64') {
    return `TensorFlow is built on Linux x64. This is ${platform} ${arch}. ${wasm}`;
  }
  if (glibc === undefined) return `TensorFlow needs glibc, and this system has another C library (Alpine?). ${wasm}`;
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_GLIBC;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `TensorFlow needs glibc ${OLDEST_GLIBC.join('.')} or later. This system has ${glibc}. ${wasm}`;
};
