import { parse } from 'csv-parse/sync';
import { unguarded } from '../contracts/audit-file.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { hasObject, openStore } from '../store/open.ts';
import { splitFragment, splitObjectUri } from '../store/uri.ts';

/** The audit's labels by what its column `file` holds: keys of the pool, or parts of them from the right. */
export type AuditLabels = ReadonlyMap<string, string>;

/** An audit file as it lies there, or `undefined` where there is none. */
export const findAuditFile = async (uri: string): Promise<Buffer | undefined> => {
  const { uri: place } = splitFragment(uri);
  if (!(await hasObject(place))) return undefined;
  const { root, key } = splitObjectUri(place);
  return openStore(root).get(key);
};

/**
 * Reads an audit file: a CSV with `file` and the label column that the URI's fragment names.
 * @param uri - e.g. `file:///pool-truth.csv#fer_label`; the column is `label` where there is no fragment
 * @throws ConfigError where there is no such file, it is no CSV, a column is missing, or one file has two labels
 */
export const readAudit = async (uri: string): Promise<AuditLabels> => {
  const { uri: place, fragment: column = 'label' } = splitFragment(uri);
  const bytes = await findAuditFile(uri);
  if (bytes === undefined) throw new ConfigError(`audit: There is no ${place}.`);
  const labels = new Map<string, string>();
  for (const row of rowsOf(bytes, place)) {
    const { file: cell, [column]: label } = row;
    // A missing column of the name `constructor` would be found on every object.
    if (cell === undefined || label === undefined || !Object.hasOwn(row, column)) {
      const columns = Object.keys(row).join(', ');
      throw new ConfigError(`audit: ${place} needs the columns file and ${column}. Received ${columns}.`);
    }
    const file = unguarded(cell);
    const before = labels.get(file);
    const now = unguarded(label);
    if (before !== undefined && before !== now) {
      throw new ConfigError(
        `audit: ${place} gives two labels to "${file}": "${before}" and "${now}". Where several images have one name, name ` +
          'each by its path below the pool.',
      );
    }
    labels.set(file, now);
  }
  return labels;
};

function rowsOf(bytes: Buffer, place: string): Record<string, string>[] {
  try {
    return parse(bytes, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new ConfigError(`audit: ${place} is no CSV: ${messageOf(error)}.`, { cause: error });
  }
}
