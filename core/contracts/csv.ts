/**
 * The cells of one line of CSV, without the line's end. Quoted is what holds a comma, a quote or a line break, and what begins or ends
 * with white space: readers may take that away.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export const csvRecord = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
