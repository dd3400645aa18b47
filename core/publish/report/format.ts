import type { Spread } from '../../contracts/evaluation.ts';

const THIN = '\u202f';
/** Keeps a number and its deviation on one line. */
const PLUS_MINUS = '\u00a0±\u00a0';
const DIGITS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `5,215` */
export const count = (value: number): string => DIGITS.format(value);

/** A number and what it counts: `1 shard`, `2 shards`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share in percent without its sign: `44.7` */
export const hundredths = (share: number): string => (100 * share).toFixed(1);

/** `44.7 %` */
export const percent = (share: number): string => `${hundredths(share)}${THIN}%`;

/** `44.7 ± 0.3` in percent; one seed has no deviation to print. */
export const percentSpread = ({ mean, std, values }: Spread): string =>
  values.length > 1 ? `${hundredths(mean)}${PLUS_MINUS}${hundredths(std)}` : hundredths(mean);

const signed = (share: number): string => {
  const digits = Math.abs(100 * share).toFixed(1);
  return digits === '0.0' ? digits : `${share < 0 ? '−' : '+'}${digits}`;
};

/** A paired difference in percentage points: `+3.3 ± 0.6` */
export const points = ({ mean, std, values }: Spread): string =>
  values.length > 1 ? `${signed(mean)}${PLUS_MINUS}${hundredths(std)}` : signed(mean);

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

/** Mebibytes as `820 MiB` or `1.4 GiB`. */
export const memory = (mebibytes: number): string =>
  mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;

/** `a`, `a and b`, `a, b and c` */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
