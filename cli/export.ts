import { findRun } from '../core/artifacts/run.ts';
import type { ExportFormatName } from '../core/contracts/export-formats.ts';
import { ConfigError } from '../core/errors.ts';
import { exportMined } from '../core/publish/export/export-mined.ts';
import { openStore } from '../core/store/open.ts';
import { counted } from '../core/text/format.ts';
import { print, terminalText } from './terminal.ts';
import { toNewUri, toUri } from './uri.ts';

export interface ExportFlags {
  readonly format: ExportFormatName;
  readonly out: string;
}

/** The command `export mined`. @throws ConfigError or DataError that names the argument, or the image that the pool has lost */
export const runExportMined = async (place: string, { format, out }: ExportFlags): Promise<void> => {
  const uri = await toUri(place, 'RUN');
  const run = await findRun(uri);
  if (run === undefined) {
    throw new ConfigError(
      `RUN: there is no run in ${uri}. Give a folder runs/<runId>, here or in S3, or the one that runs/ lies in.`,
    );
  }
  const target = openStore(toNewUri(out));
  const onProgress = (written: number, all: number): void =>
    void process.stderr.write(`${terminalText(`${written} of ${counted(all, 'image')} …`)}\n`);
  const written = await exportMined(run, { format, target, onProgress });
  print(`${counted(written, 'mined image')} as ${format}: ${target.root}`);
};
