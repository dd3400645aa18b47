import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type BackboneFormat, type BackboneIdentity, backboneFormatOf } from '../contracts/backbones.ts';
import { hasObject, openStore } from '../store/open.ts';
import { getObject } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { splitObjectUri } from '../store/uri.ts';
import { BackboneError } from './backbone-error.ts';

/** The files of a model by name, the one that the URI names first. */
export type ModelFiles = ReadonlyMap<string, Buffer>;

/** Bytes of a model's files together: no runtime reads a larger one. */
const MOST_BYTES = 2 ** 31 - 1;

const TfjsModel = z.looseObject({
  weightsManifest: z
    .array(
      z.looseObject({ paths: z.array(z.string().regex(/^(?!\/)(?!.*\.\.)[^\\\0]+$/, 'must lie beside the model')) }),
    )
    .default([]),
});

/** Of the formats whose models are several files: the names that the model's own file gives of the others. */
const OTHER_FILES: Partial<Record<BackboneFormat, (model: Buffer) => readonly string[]>> = {
  tfjs: (model) => TfjsModel.parse(JSON.parse(model.toString('utf8'))).weightsManifest.flatMap(({ paths }) => paths),
};

/**
 * What a model is made of. It reads no more of it than the list of its files.
 * @returns the store, and keys in it: the model's own file first
 * @throws BackboneError where there is no such object, or it lists no files
 */
export const placeOfModel = async (
  uri: string,
): Promise<{ readonly store: Store; readonly keys: readonly string[] }> => {
  const { root, key } = splitObjectUri(uri);
  if (!(await hasObject(uri))) throw new BackboneError(`uri: There is no ${uri}.`);
  const store = openStore(root);
  const others = OTHER_FILES[backboneFormatOf(uri)!];
  if (others === undefined) return { store, keys: [key] };
  const model = await getObject(store, key);
  try {
    return { store, keys: [key, ...others(model)] };
  } catch (cause) {
    throw new BackboneError(`uri: ${uri} does not list the files of a model, so it is none of its kind.`, { cause });
  }
};

/**
 * Size and SHA-256 of a model, read as a stream.
 * @throws BackboneError on a file that is missing or empty, or a model that is too large
 */
export const identifyModel = async (uri: string): Promise<BackboneIdentity> => {
  const { store, keys } = await placeOfModel(uri);
  const sums: (readonly [string, string])[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (!(await store.has(key))) {
      throw new BackboneError(`uri: ${keys[0]} names the file ${key}, and there is no ${store.root}/${key}.`);
    }
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of await store.stream(key)) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    if (size === 0) throw new BackboneError(`uri: ${store.root}/${key} is empty.`);
    bytes += size;
    sums.push([key, hash.digest('hex')]);
  }
  if (bytes > MOST_BYTES) {
    throw new BackboneError(`uri: ${uri} has ${bytes} bytes; at most ${MOST_BYTES} can be loaded.`);
  }
  return { sha256: sumOf(sums), bytes };
};

/**
 * The files of a model in memory.
 * @throws BackboneError where they are not those that the run was planned with
 */
export const readModelFiles = async (uri: string, planned: BackboneIdentity): Promise<ModelFiles> => {
  const { store, keys } = await placeOfModel(uri);
  const files = new Map<string, Buffer>();
  for (const key of keys) files.set(key, await getObject(store, key));
  const found = sumOf([...files].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')]));
  if (found === planned.sha256) return files;
  throw new BackboneError(
    `uri: ${uri} is not the model that the run was planned with (SHA-256 ${planned.sha256}, found ${found}). Bring it back, ` +
      'or start a run with another run id.',
  );
};

/** The sum of a single file is the model's; several are summed as the list that `sha256sum` prints of them. */
function sumOf(sums: readonly (readonly [key: string, sum: string])[]): string {
  const [only, ...more] = sums;
  if (only !== undefined && more.length === 0) return only[1];
  const list = sums.map(([key, sum]) => `${sum}  ${key}\n`).join('');
  return createHash('sha256').update(list).digest('hex');
}
