import { csvRecord } from './csv.ts';

/** What is known of a pseudo-label. */
export type AuditVerdict = 'right' | 'wrong' | 'unsure';

/** What a person said of a mined image: a number is the index of the class that it shows instead. */
export type Mark = AuditVerdict | number;

// No class name holds a slash, so neither can be taken for one.
const UNSURE = 'n/a';
const NOT = 'not/';

/**
 * The label that an audit file holds for a mark: the class that the image shows, `not/<class>` where no more is known than
 * that it does not show that one, or `n/a`.
 * @param pseudoLabel - index into `classes`
 */
export const auditLabel = (mark: Mark, pseudoLabel: number, classes: readonly string[]): string => {
  if (mark === 'unsure') return UNSURE;
  if (mark === 'wrong') return `${NOT}${classes[pseudoLabel]!}`;
  return classes[mark === 'right' ? pseudoLabel : mark]!;
};

/**
 * What an audit's label says of a pseudo-label. That an image does not show one class says nothing of another: the same
 * file may come to a run whose pseudo-labels are others.
 */
export const auditVerdict = (label: string, pseudoLabel: string): AuditVerdict => {
  if (label === pseudoLabel) return 'right';
  if (label === UNSURE) return 'unsure';
  return label.startsWith(NOT) && label !== `${NOT}${pseudoLabel}` ? 'unsure' : 'wrong';
};

/** Whether a label is one that an audit of a run with these classes can hold. */
export const isAuditLabel = (label: string, classes: readonly string[]): boolean =>
  label === UNSURE || classes.includes(label.startsWith(NOT) ? label.slice(NOT.length) : label);

/** What a spreadsheet may take for a formula, behind any number of the signs that keep it from that. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Text that a stranger chose, as a cell that no spreadsheet runs. @see https://owasp.org/www-community/attacks/CSV_Injection */
export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The text that was guarded; any other stays as it is. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);

export interface AuditRow {
  /** Key of the image in the pool. */
  readonly file: string;
  readonly label: string;
}

/** An audit file. The mark at its start tells spreadsheets that it is UTF-8. */
export const auditCsv = (rows: readonly AuditRow[]): string => {
  const lines = rows.map(({ file, label }) => [guarded(file), guarded(label)]);
  return `\ufeff${[['file', 'label'], ...lines].map((cells) => `${csvRecord(cells)}\r\n`).join('')}`;
};
