import { parse } from 'csv-parse/sync';
import type { MinedRow } from '../contracts/mined.ts';
import type { Summary } from '../contracts/summary.ts';
import { ConfigError } from '../errors.ts';
import { wilson } from '../statistics/wilson.ts';
import { openStore } from '../store/open.ts';
import { getObject } from '../store/read.ts';
import { splitFragment, splitObjectUri } from '../store/uri.ts';

type Audit = NonNullable<Summary['mined']['audit']>;

/** The audit's labels by file name. */
export type AuditLabels = ReadonlyMap<string, string>;

/**
 * Reads an audit file: a CSV with `file` and the label column that the URI's fragment names.
 * @param uri - e.g. `file:///pool-truth.csv#fer_label`; the column is `label` where there is no fragment
 * @throws ConfigError when a column is missing
 */
export const readAudit = async (uri: string): Promise<AuditLabels> => {
  const { uri: place, fragment: column = 'label' } = splitFragment(uri);
  const { root, key } = splitObjectUri(place);
  const text = await getObject(openStore(root), key);
  const rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true }) as Record<
    string,
    string
  >[];
  return new Map(
    rows.map((row) => {
      const { file, [column]: label } = row;
      // A missing column of the name `constructor` would be found on every object.
      if (file === undefined || label === undefined || !Object.hasOwn(row, column)) {
        const columns = Object.keys(row).join(', ');
        throw new ConfigError(`audit: ${place} needs the columns file and ${column}. Received ${columns}.`);
      }
      return [file, label] as const;
    }),
  );
};

/**
 * How many pseudo-labels agree with the audit. Mined images that the audit does not name are not counted.
 * @returns the share that is right with its 95 % Wilson interval
 */
export const auditMined = (
  mined: readonly Pick<MinedRow, 'key' | 'label'>[],
  classes: readonly string[],
  labels: AuditLabels,
): Audit => {
  const named = mined.filter(({ key }) => labels.has(fileName(key)));
  const right = named.filter(({ key, label }) => labels.get(fileName(key)) === classes[label]).length;
  return { checked: named.length, precision: right / Math.max(named.length, 1), ...wilson(right, named.length) };
};

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
