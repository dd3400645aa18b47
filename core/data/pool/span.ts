import { z } from 'zod';
import type { PoolObject } from './pool-format.ts';

/** A part of a large object, in bytes or in what the format counts: `to` is exclusive. */
export const Span = z.strictObject({
  key: z.string().min(1),
  from: z.number().int().min(0),
  to: z.number().int().min(0),
});
export type Span = z.infer<typeof Span>;

/** Larger objects come apart, so that several jobs share them. */
export const PART_BYTES = 64 * 1024 * 1024;

/** An object in ranges of about `PART_BYTES` bytes: for formats that can be entered anywhere. */
export const byteSpans = ({ key, size }: PoolObject): Span[] => {
  const count = Math.max(1, Math.ceil(size / PART_BYTES));
  const at = (part: number): number => Math.floor((part * size) / count);
  return Array.from({ length: count }, (_, part) => ({ key, from: at(part), to: at(part + 1) }));
};

/** Counted things in ranges that hold about `PART_BYTES` bytes each. */
export const countedSpans = ({ key, size }: PoolObject, count: number): Span[] => {
  const parts = Math.max(1, Math.min(count, Math.ceil(size / PART_BYTES)));
  const at = (part: number): number => Math.floor((part * count) / parts);
  return Array.from({ length: parts }, (_, part) => ({ key, from: at(part), to: at(part + 1) }));
};
