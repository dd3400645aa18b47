/** Groups of three digits, whatever the machine's language. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1,204/s`, `12.3/s`, or `2.4/min` where a second is too short to count in. */
export const rate = (perSecond: number): string => {
  if (perSecond < 0.5) return `${(perSecond * 60).toFixed(1)}/min`;
  return `${perSecond < 100 ? perSecond.toFixed(1) : count(perSecond)}/s`;
};

/** An accuracy in [0, 1] as per cent. */
export const percent = (fraction: number): string => (fraction * 100).toFixed(2);

/** A gain in [-1, 1] as points with its sign. */
export const points = (fraction: number): string => `${fraction < 0 ? '' : '+'}${percent(fraction)}`;

/** Rows as a table: the first column to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[], indent = '  '): string[] => {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    (
      indent + row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
    ).trimEnd(),
  );
};

/** Control characters as their code: a file's name must not move the cursor of whoever reads about it. Line breaks stay. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' ? character : `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
