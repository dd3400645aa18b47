import type { Estimate } from '../contracts/results.ts';

const THIN = '\u202f';
/** Keeps a number and its interval on one line. */
const NO_BREAK = '\u00a0';
const DIGITS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Groups of three digits, whatever the machine's language: `5,215` */
export const count = (value: number): string => DIGITS.format(value);

/** A number and what it counts: `1 shard`, `2 shards`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share in percent without its sign: `44.7` */
export const hundredths = (share: number, digits = 1): string => (100 * share).toFixed(digits);

/** `44.7 %` */
export const percent = (share: number, digits = 1): string => `${hundredths(share, digits)}${THIN}%`;

/** `45 %` with a plain blank: sentences that also stand in logs. */
export const wholePercent = (share: number): string => `${hundredths(share, 0)} %`;

/** A share as percentage points with its sign, none on nothing: `+3.3`, `−0.4`, `0.0` */
export const signedPoints = (share: number, digits = 1): string => {
  const size = hundredths(Math.abs(share), digits);
  return Number(size) === 0 ? size : `${share < 0 ? '−' : '+'}${size}`;
};

/** A difference in percentage points with its 95 % interval: `+3.3 (+2.4 to +4.1)`; one seed has none to print. */
export const points = ({ mean, low, high, values }: Estimate, digits = 1): string => {
  const [middle, from, to] = [mean, low, high].map((share) => signedPoints(share, digits));
  return values.length > 1 ? [middle, `(${from}`, 'to', `${to})`].join(NO_BREAK) : middle!;
};

/** `1,204/s`, `12.3/s`, or `2.4/min` where a second is too short to count in. */
export const rate = (perSecond: number): string => {
  if (perSecond < 0.5) return `${(perSecond * 60).toFixed(1)}/min`;
  return `${perSecond < 100 ? perSecond.toFixed(1) : count(perSecond)}/s`;
};

/** `3 h 05 min`, `12 min 30 s`, `45 s`, `0.4 s` */
export const duration = (seconds: number): string => {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
};

/** `$12.30` */
export const dollars = (value: number): string => `$${value.toFixed(2)}`;

/** Bytes as `183 kB` or `1.1 MB`. */
export const bytes = (value: number): string =>
  value < 1e6 ? `${Math.ceil(value / 1000)} kB` : `${(value / 1e6).toFixed(1)} MB`;

/** Mebibytes as `820 MiB` or `1.4 GiB`. */
export const memory = (mebibytes: number): string =>
  mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;

/** `a`, `a and b`, `a, b and c` */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** The first few of many names: `a, b and 195 more` */
export const listedSome = (names: readonly string[], most = 5): string =>
  names.length <= most ? listed(names) : `${names.slice(0, most).join(', ')} and ${count(names.length - most)} more`;

/** Rows as a table of plain text: the first column to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[], indent = '  '): string[] => {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    (
      indent + row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
    ).trimEnd(),
  );
};
