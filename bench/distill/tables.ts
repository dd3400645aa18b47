import type { Method } from '../../core/contracts/methods.ts';
import { hundredths } from '../../core/text/format.ts';
import { PUBLISHED } from './published.ts';

/** What one net learned from one set. */
export interface Found {
  readonly method: Method;
  readonly ipc: number;
  readonly accuracy: number;
  /** That the set took to make. */
  readonly seconds: number;
  /** What the net that the set was made for is right about, where it was made for one. */
  readonly knownStart?: number | undefined;
}

/** Ours, and below it what was published, as Markdown. */
export const tableOf = (data: string, found: readonly Found[]): string => {
  const sizes = [...new Set(found.map(({ ipc }) => ipc))];
  const methods = [...new Set(found.map(({ method }) => method))];
  const ours = methods.map((method) => {
    const cells = sizes.map((ipc) => cellOf(found.filter((one) => one.method === method && one.ipc === ipc)));
    return `| ${[`\`${method}\``, ...cells, ''].join(' | ')} |`;
  });
  const starts = methods.flatMap((method) => {
    const known = found.flatMap((one) =>
      one.method === method && one.knownStart !== undefined ? [{ ...one, accuracy: one.knownStart }] : [],
    );
    if (known.length === 0) return [];
    const cells = sizes.map((ipc) => cellOf(known.filter((one) => one.ipc === ipc)));
    return [`| ${[`\`${method}\`, the net it was made for`, ...cells, ''].join(' | ')} |`];
  });
  const theirs = (PUBLISHED[data] ?? []).map(({ method, source, accuracy }) => {
    return `| ${[method, ...sizes.map((ipc) => accuracy[ipc]?.toFixed(1) ?? ''), source].join(' | ')} |`;
  });
  return [
    `| ${data} | ${sizes.map((ipc) => `${ipc} per class`).join(' | ')} | published by |`,
    `| --- | ${sizes.map(() => '---').join(' | ')} | --- |`,
    ...ours,
    ...starts,
    ...theirs,
  ].join('\n');
};

/** Mean and standard deviation over nets and draws, and how long a set took. */
function cellOf(found: readonly Found[]): string {
  if (found.length === 0) return '';
  const mean = found.reduce((sum, { accuracy }) => sum + accuracy, 0) / found.length;
  const spread = Math.sqrt(
    found.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0) / Math.max(found.length - 1, 1),
  );
  const seconds = found.reduce((sum, one) => sum + one.seconds, 0) / found.length;
  return `${hundredths(mean)} ± ${hundredths(spread)} (${seconds.toFixed(0)} s)`;
}
