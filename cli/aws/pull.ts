import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { reportFile, summaryFile } from '../../core/artifacts/run.ts';
import { releaseFolder, runKey } from '../../core/contracts/keys.ts';
import { ConfigError, DataError } from '../../core/errors.ts';
import { verifyFiles } from '../../core/publish/release/verify-files.ts';
import { fileStore, isBelowRoot } from '../../core/store/file.ts';
import { fileError, isFileFault } from '../../core/store/file-errors.ts';
import { s3Error } from '../../core/store/s3-errors.ts';
import type { Target } from './executions.ts';
import { hashFile } from './hash-file.ts';
import { runIdOf } from './run-executions.ts';

export interface PullOptions {
  /** The run id, or the name of one of its executions. */
  readonly name: string;
  /** Gets `runs/<runId>/`, as a local run leaves it. */
  readonly out: string;
  /** Models, mined set and scratch too, not only the release and the report. */
  readonly all: boolean;
  readonly onFile?: (done: number, total: number, bytes: number) => void;
}

export interface Pulled {
  readonly runId: string;
  readonly files: number;
  /** Those that were not here already. */
  readonly downloaded: number;
  readonly bytes: number;
  /** What the checksums of the release say, a line each. */
  readonly findings: readonly { readonly ok: boolean; readonly line: string }[];
}

interface Remote {
  readonly key: string;
  readonly size: number;
  /** MD5 in hex for what was put in one piece and is not encrypted with a key of its own. */
  readonly tag: string;
}

const AT_ONCE = 16;

/**
 * Brings a run's results here. What is here already with the same bytes is left, so a pull that broke off goes on when it is
 * started again.
 * @throws ConfigError where there is nothing to pull
 * @throws DataError on a key that would leave the folder, or an object that came short
 */
export const pullRun = async (target: Target, options: PullOptions): Promise<Pulled> => {
  const { name, out, all, onFile } = options;
  const { clients } = target;
  const { bucket } = target.deployment;
  const runId = await runIdOf(target, name);
  const lists = await Promise.all(wanted(runId, all).map((prefix) => listAll(clients.s3, bucket, prefix)));
  const objects = lists.flat();
  if (objects.length === 0) {
    throw new ConfigError(
      `s3://${bucket}/${runKey(runId)} holds ${all ? 'nothing' : 'no release and no report yet'}. ` +
        `\`npx omnidistill watch ${runId}\` shows how far it is, \`npx omnidistill runs\` which runs there are.`,
    );
  }
  const limit = pLimit(AT_ONCE);
  const got = { done: 0, downloaded: 0, bytes: 0 };
  const get = async (object: Remote): Promise<void> => {
    const path = join(out, object.key);
    try {
      if (!(await isHere(path, object))) {
        await download(clients.s3, bucket, object, path);
        got.downloaded += 1;
        got.bytes += object.size;
      }
    } catch (error) {
      // What waits would fail for the same reason.
      limit.clearQueue();
      throw error;
    }
    got.done += 1;
    onFile?.(got.done, objects.length, got.bytes);
  };
  await Promise.all(objects.map((object) => limit(() => get(object))));
  const hasRelease = objects.some(({ key }) => key.startsWith(`${releaseFolder(runId)}/`));
  const findings = hasRelease ? await verifyFiles(fileStore(join(out, releaseFolder(runId)))) : [];
  return { runId, files: objects.length, downloaded: got.downloaded, bytes: got.bytes, findings };
};

function wanted(runId: string, all: boolean): string[] {
  return all
    ? [`${runKey(runId)}/`]
    : [`${releaseFolder(runId)}/`, reportFile(runId).key.replace(/[^/]+$/, ''), summaryFile(runId).key];
}

async function listAll(s3: S3Client, bucket: string, prefix: string): Promise<Remote[]> {
  const found: Remote[] = [];
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key = '', Size = 0, ETag = '' } of Contents) {
        // The console makes a folder as an empty object.
        if (Key.endsWith('/') && Size === 0) continue;
        found.push({ key: checkKey(Key), size: Size, tag: ETag.replaceAll('"', '') });
      }
    }
  } catch (error) {
    throw s3Error(error, `s3://${bucket}/${prefix}`);
  }
  return found;
}

/** Keys come from the bucket: none may name a file outside the folder. */
function checkKey(key: string): string {
  if (!isBelowRoot(key) || key.includes('\\')) {
    throw new DataError(`The key ${JSON.stringify(key)} does not name a file below the run. Nothing of it was pulled.`);
  }
  return key;
}

async function isHere(path: string, { size, tag }: Remote): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== size) return false;
  return (await hashFile(path, 'md5')) === tag;
}

/** Written beside its place and renamed: a pull that breaks off leaves whole files alone. */
async function download(s3: S3Client, bucket: string, { key, size }: Remote, path: string): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(Body as Readable, createWriteStream(draft));
    const { size: got } = await stat(draft);
    if (got !== size) throw new DataError(`s3://${bucket}/${key} came with ${got} bytes instead of ${size}.`);
    await rename(draft, path);
  } catch (error) {
    // The first failure is the one to tell about.
    await rm(draft, { force: true }).catch(() => undefined);
    throw isFileFault(error) ? fileError(error, path) : s3Error(error, `s3://${bucket}/${key}`);
  }
}
