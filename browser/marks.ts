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
  let kept = true;
  /** What storage answers; nothing where it is forbidden or full. */
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(storage());
    } catch {
      kept = false;
      return undefined;
    }
  };
  const before = parsed(attempt((some) => some.getItem(key)) ?? '[]');
  const marks = Array.from({ length: images }, (_, image) => asMark(before[image], classes));
  return {
    of: (image) => marks[image],
    set: (image, mark) => {
      marks[image] = mark;
      attempt((some) => some.setItem(key, JSON.stringify(marks)));
    },
    kept: () => kept,
  };
};

/** A list, whatever lies there: another program may have written it. */
function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function asMark(value: unknown, classes: number): Mark | undefined {
  if (value === 'right' || value === 'wrong' || value === 'unsure') return value;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < classes ? value : undefined;
}
