import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigOverrides } from '../core/contracts/config.ts';
import { Name } from '../core/contracts/names.ts';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { type RunInput, RunInput as RunInputSchema } from '../core/contracts/run-input.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import { toPoolUri, toUri } from './uri.ts';

/** The flags of `run` that describe what is to be computed. */
export interface InputFlags {
  readonly labelled: string;
  readonly pool: string;
  readonly benchmark: Readonly<Record<string, string>>;
  readonly poolAudit?: string | undefined;
  readonly preset?: string | undefined;
  readonly config?: string | undefined;
  readonly seed?: number | undefined;
  readonly evenIfHarmful?: boolean | undefined;
}

/**
 * Reads a JSON file of settings. Paths in it are meant from the folder that it lies in.
 * @throws ConfigError that names the file, and the field where one is unknown or out of its range
 */
export const readConfigFile = async (path: string): Promise<ConfigOverrides> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`--config: ${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`--config: ${path} is not JSON: ${messageOf(error)}.`, { cause: error });
  }
  return parseOrExplain(ConfigOverrides, await withUris(value, dirname(path)), `config file ${path}`);
};

/** The same settings with the place of the backbone as a URI; what is no setting at all is left to the schema. */
async function withUris(value: unknown, folder: string): Promise<unknown> {
  const { backbone } = (value ?? {}) as { readonly backbone?: { readonly uri?: unknown } };
  if (typeof backbone?.uri !== 'string') return value;
  const { uri } = backbone;
  const place = /^(s3|file):\/\//.test(uri) ? uri : resolve(folder, uri);
  return { ...(value as object), backbone: { ...backbone, uri: await toUri(place, 'config.backbone.uri') } };
}

/** `name=DIR` of a repeatable flag, gathered in the order given. */
export const gatherBenchmark = (text: string, sofar: Record<string, string> = {}): Record<string, string> => {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 1 || at === text.length - 1) {
    throw new ConfigError(`--benchmark: must be name=DIR. Received "${text}".`);
  }
  if (!Name.safeParse(name).success) {
    throw new ConfigError(
      `--benchmark: a name has 1 to 40 of a-z, 0-9 and -, and does not start with -. Received "${name}".`,
    );
  }
  if (Object.hasOwn(sofar, name)) throw new ConfigError(`--benchmark: "${name}" is given twice.`);
  return { ...sofar, [name]: text.slice(at + 1) };
};

/**
 * The execution input that a person would type into the Step Functions console, from flags.
 * @throws ConfigError that names the flag, file or field
 */
export const inputFromFlags = async (flags: InputFlags): Promise<RunInput> => {
  const fromFile = flags.config === undefined ? {} : await readConfigFile(flags.config);
  const config = flags.seed === undefined ? fromFile : { ...fromFile, seed: flags.seed };
  const benchmarks: Record<string, string> = {};
  for (const [name, place] of Object.entries(flags.benchmark)) {
    benchmarks[name] = await toUri(place, `--benchmark ${name}`);
  }
  const input = {
    labelled: await toUri(flags.labelled, '--labelled'),
    pool: await toPoolUri(flags.pool, '--pool'),
    benchmarks,
    ...(flags.poolAudit === undefined ? {} : { audit: await toUri(flags.poolAudit, '--pool-audit') }),
    ...(flags.preset === undefined ? {} : { preset: flags.preset }),
    ...(flags.evenIfHarmful === undefined ? {} : { evenIfHarmful: flags.evenIfHarmful }),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  };
  return parseOrExplain(RunInputSchema, input, 'input');
};
