/** What the report tells the script of its hand audit (`browser/audit.ts`). It is text of strangers, exactly as it was. */
export interface AuditData {
  /** Where the browser keeps the marks: another run, or another draw, has other ones. */
  readonly storageKey: string;
  /** How the saved file is called. */
  readonly csvName: string;
  readonly classes: readonly string[];
  /** Mined images of each class. */
  readonly mined: readonly number[];
  /** The sum of their weights in training. */
  readonly drawn: readonly number[];
  /** In the order in which they stand in the page: their key in the pool and the index of their pseudo-label. */
  readonly images: readonly { readonly file: string; readonly label: number }[];
}

/** Element that holds the data. */
export const AUDIT_DATA_ID = 'audit-data';
