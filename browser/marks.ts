import type { Mark } from '../core/contracts/audit-file.ts';

/** What is needed of `localStorage`. */
export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was said of each image. */
export interface Marks {
  of(image: number): Mark | undefined;
  /** Says it anew, or nothing any more. */
  set(image: number, mark: Mark | undefined): void;
  /** Whether they outlast the page. */
  kept(): boolean;
}

export interface MarksOptions {
  readonly key: string;
  readonly images: number;
  readonly classes: number;
}

/**
 * The marks that were kept, or none. A browser may forbid to keep anything, or be full: they last as long as the page then.
 * @param storage - may throw, as `localStorage` does where it is forbidden
 */
export const openMarks = (storage: () => Storage, { key, images, classes }: MarksOptions): Marks => {
  const marks = new Array<Mark | undefined>(images).fill(undefined);
  const isMark = (value: unknown): value is Mark =>
    value === 'right' ||
    value === 'wrong' ||
    value === 'unsure' ||
    (Number.isInteger(value) && (value as number) >= 0 && (value as number) < classes);
  let kept = false;
  const keep = (): void => {
    try {
      storage().setItem(key, JSON.stringify(marks));
      kept = true;
    } catch {
      kept = false;
    }
  };
  try {
    const before: unknown = JSON.parse(storage().getItem(key) ?? '[]');
    if (Array.isArray(before)) {
      for (const [image, value] of before.entries()) if (image < images && isMark(value)) marks[image] = value;
    }
  } catch {
    // What cannot be read is overwritten below.
  }
  keep();
  return {
    of: (image) => marks[image],
    set: (image, mark) => {
      marks[image] = mark;
      keep();
    },
    kept: () => kept,
  };
};
