import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** A package that is fetched when it is wanted and not with every install. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
}

/**
 * The archive of a package, which stays in the cache.
 * @returns its path. Throws what npm says where it cannot have the package
 */
export const fetchPackage = async ({ name, version }: NpmPackage, cache: string): Promise<string> => {
  const archive = join(cache, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  if (existsSync(archive)) return archive;
  await mkdir(cache, { recursive: true });
  await promisify(execFile)('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', cache]);
  return archive;
};

/** Files of a package's archive by the names that they are wanted under. */
export const readPackage = async <Name extends string>(
  archive: string,
  paths: Readonly<Record<Name, string>>,
): Promise<Record<Name, Buffer>> => {
  const names = Object.entries(paths) as [Name, string][];
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  const found: Partial<Record<Name, Buffer>> = {};
  for await (const entry of entries) {
    const wanted = names.find(([, path]) => path === entry.header.name);
    if (wanted === undefined) entry.resume();
    else found[wanted[0]] = await buffer(entry);
  }
  await reading;
  return found as Record<Name, Buffer>;
};
