import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** Numbers of the accuracy table, row by row. */
const accuracyOf = (summary: string): string => {
  const { accuracy } = JSON.parse(summary) as { accuracy: Record<string, Record<string, { values: number[] }>> };
  return JSON.stringify(
    Object.entries(accuracy).map(([benchmark, arms]) => [
      benchmark,
      Object.entries(arms).map(([arm, { values }]) => [arm, values]),
    ]),
  );
};

/**
 * What a run computed, as a line an object with its hash: mined sets, models, distilled images, soft labels, predictions, and
 * the numbers of the accuracy table. Nothing of it depends on time or place.
 */
export const digestsOf = async (runFolder: string): Promise<string> => {
  const entries = await readdir(runFolder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(runFolder.length + 1))
    .filter(
      (path) => /\.(parquet|safetensors)$/.test(path) && !/^(release|logs|pretrained)\/|\/checkpoints\//.test(path),
    )
    .sort();
  const lines = await Promise.all(
    paths.map(async (path) => `${path} ${sha256(await readFile(join(runFolder, path)))}`),
  );
  const summary = await readFile(join(runFolder, 'summary.json'), 'utf8');
  return `${[...lines, `accuracy ${sha256(accuracyOf(summary))}`].join('\n')}\n`;
};
