import { exportedKeys } from '../../artifacts/exported.ts';
import { minedSummaryFile } from '../../artifacts/mined.ts';
import type { FoundRun } from '../../artifacts/run.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../../contracts/export-formats.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { counted } from '../../text/format.ts';
import { markdownText } from '../../text/printable.ts';
import type { ExportAbout, ExportFormat } from './export-format.ts';
import { imageFolder } from './formats/image-folder.ts';
import { parquet } from './formats/parquet.ts';
import { webDataset } from './formats/web-dataset.ts';
import { minedImages } from './mined-images.ts';

const FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = {
  webdataset: webDataset,
  imagefolder: imageFolder,
  parquet,
};

export interface ExportOptions {
  readonly format: ExportFormatName;
  /** Where everything is written; nothing may be there yet. */
  readonly target: Store;
  /** Told now and then how many images of how many are written. */
  readonly onProgress?: (written: number, all: number) => void;
}

/** Told after so many. */
const PROGRESS_EVERY = 500;

/**
 * Writes the mined set of a run as images, the pool's own bytes with what the run says of each. `README.md` comes last: where it
 * stands, the export is whole.
 * @returns images written
 * @throws ConfigError where something lies in the target; DataError before the set is mined, or where the pool has changed since
 */
export const exportMined = async (
  { store, plan }: FoundRun,
  { format: name, target, onProgress = () => undefined }: ExportOptions,
): Promise<number> => {
  const { runId, classes, config } = plan;
  const round = config.mining.rounds - 1;
  const summary = await minedSummaryFile(runId, round).find(store);
  if (summary === undefined) {
    throw new DataError(
      `Run ${runId} in ${store.root} has mined nothing yet. Let it go on; ${name} needs its mined set.`,
    );
  }
  await requireEmpty(target);
  const about = { runId, classes, score: summary.score.name };
  const writer = FORMATS[name].open(target, about);
  let written = 0;
  for await (const image of minedImages(store, plan, round)) {
    await writer.add(image);
    written += 1;
    if (written % PROGRESS_EVERY === 0) onProgress(written, summary.mined);
  }
  await writer.end();
  await target.put(exportedKeys.readme, readme(about, name, written));
  return written;
};

async function requireEmpty(target: Store): Promise<void> {
  const key = await firstKey(target);
  if (key === undefined) return;
  throw new ConfigError(`${target.root} is not empty: ${key} lies in it. An export needs a folder of its own.`);
}

async function firstKey(target: Store): Promise<string | undefined> {
  try {
    for await (const { key } of target.list('')) return key;
  } catch (error) {
    // A folder that is not there yet.
    if (!(error instanceof ConfigError)) throw error;
  }
  return undefined;
}

function readme(about: ExportAbout, format: ExportFormatName, images: number): string {
  return `# Mined set of run ${markdownText(about.runId)}

${counted(images, 'image')} of the pool, as ${EXPORT_FORMATS[format].about}. **These are the pool's own images**: the rights in them and those of the people on them are
theirs who hold them. Labels are pseudo-labels, given by a model and not by a person.

\`\`\`python
${FORMATS[format].loading(about)}
\`\`\`

| field | meaning |
| --- | --- |
| \`key\` | where the image lies in the pool, as the pool gave it |
| \`label\`, \`class_name\` | the pseudo-label: ${about.classes.map((name, label) => `${label} ${markdownText(name)}`).join(', ')} |
| \`${about.score}\`, \`probability\` | what the image was mined by; that the label is right, as far as cross-fitting tells |
| \`rank\` | place in the mined set, from 0; files are called by it |
| \`weight\` | how often training draws the image, in proportion: 1 on average |
| \`source_sha256\` | SHA-256 of the file as it lies here and in the pool (pixels of a table have no file: of the PNG that was made of them) |
| \`pixels_sha256\` | SHA-256 of the pixels that the run made of it |
`;
}
