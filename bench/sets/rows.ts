import type { OtherLabels } from '../../core/contracts/config.ts';
import { Method, type Method as MethodName } from '../../core/contracts/methods.ts';

/** One thing that a receiver could be sent. */
export interface Row {
  /** `no-pool` sends no image: labels of the labelled images alone, for a boost. */
  readonly method: MethodName | typeof NO_POOL;
  /** Images of each class. */
  readonly ipc: number;
  /** Of the label bank; 0 where the images have other labels. */
  readonly views: number;
  readonly labels: OtherLabels | BankLabels;
}

export const NO_POOL = 'no-pool';

/** How the labels of a bank are kept: a byte for each class, or smaller. */
export const BANK_LABELS = ['bank', 'top-2', '4-bit', 'class'] as const;
export type BankLabels = (typeof BANK_LABELS)[number];

/** Bits that a label of `classes` takes, by how it is kept. */
export const bitsOf = (labels: BankLabels, classes: number): number => {
  const name = Math.ceil(Math.log2(classes));
  return { bank: 8 * classes, 'top-2': 2 * name + 8, '4-bit': 4 * classes, class: name }[labels];
};

/**
 * Labels as a smaller file would give them back.
 * @param rows - `[n, classes]`
 * @see Xiao and He, Are Large-scale Soft Labels Necessary for Large-scale Dataset Distillation? (NeurIPS 2024), for pruning, to which a
 * shorter bank answers, and arXiv 2604.18135 for the top of each label
 */
export const kept = (labels: BankLabels, rows: Float32Array, classes: number): Float32Array => {
  if (labels === 'bank') return rows;
  const result = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += classes) {
    const row = rows.subarray(start, start + classes);
    result.set(keptRow(labels, row), start);
  }
  return result;
};

function keptRow(labels: Exclude<BankLabels, 'bank'>, row: Float32Array): Float32Array {
  const order = [...row.keys()].sort((a, b) => row[b]! - row[a]!);
  if (labels === 'class') return row.map((_, i) => (i === order[0] ? 1 : 0));
  if (labels === 'top-2') {
    const [first, second] = [order[0]!, order[1]!];
    const rest = (1 - row[first]! - row[second]!) / Math.max(row.length - 2, 1);
    return row.map((value, i) => (i === first || i === second ? value : rest));
  }
  const steps = row.map((value) => Math.round(15 * value));
  const sum = steps.reduce((total, value) => total + value, 0);
  return sum === 0 ? row : steps.map((value) => value / sum);
}

/** `random-ipc10-8192-bank` */
export const rowName = ({ method, ipc, views, labels }: Row): string =>
  [method === NO_POOL ? method : `${method}-ipc${ipc}`, ...(views > 0 ? [views] : []), labels].join('-');

/**
 * A row by its name.
 * @throws RangeError on the name of none
 */
export const parseRow = (name: string): Row => {
  const pattern = /^(?:(no-pool)|(.+)-ipc(\d+))(?:-(\d+))?-(bank|top-2|4-bit|class|fixed|hard)$/;
  const [, noPool, method, ipc = 0, views, labels] = pattern.exec(name) ?? [];
  const known = noPool === undefined ? Method.safeParse(method).data : NO_POOL;
  const ofBank = (BANK_LABELS as readonly (string | undefined)[]).includes(labels);
  if (known === undefined || ofBank !== (views !== undefined)) {
    const wanted = 'METHOD-ipcK-VIEWS-(bank|top-2|4-bit|class), METHOD-ipcK-(fixed|hard) or no-pool-VIEWS-bank';
    throw new RangeError(`"${name}" is no row. It must be ${wanted}, e.g. random-ipc10-8192-bank.`);
  }
  return { method: known, ipc: Number(ipc), views: Number(views ?? 0), labels: labels as Row['labels'] };
};
