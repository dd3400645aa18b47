import { ClassName } from '../../contracts/names.ts';
import type { ClassList } from './class-list.ts';

/** The class that a label stands for, why the image has none, or why the label cannot be right. */
export type Labelling =
  | { readonly className: string }
  | { readonly none: string }
  /** A mistake of the whole set: to be refused, not skipped. */
  | { readonly fault: string };

const NUMBER = /^(-?\d+)(?:\.0+)?$/;

/**
 * The class of a label: a name as it stands, or a number by its name. Tables that were read and written again hold 3.0 for 3.
 * @param list - the names of numbers; without one a number is its own name
 */
export function classOfLabel(label: string, list: ClassList | undefined): Labelling {
  const text = label.trim().normalize('NFC');
  if (text === '') return { none: 'has no label' };
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) return classOfNumber(Number(number), list);
  const shown = JSON.stringify(text.slice(0, 40));
  if (/^-?\d*\.\d+$/.test(text)) return { fault: `the label ${shown} is neither a name nor a whole number` };
  if (!ClassName.safeParse(text).success) return { fault: `the label ${shown} cannot be the name of a class` };
  const names = list === undefined ? [text] : [...list.byNumber.values()];
  if (names.includes(text)) return { className: text };
  return { fault: `the label ${shown} is none of ${list!.place}: ${shortened(names)}` };
}

function classOfNumber(number: number, list: ClassList | undefined): Labelling {
  // Sets write -1 where they keep the label to themselves.
  if (number < 0 || list?.none?.includes(number)) return { none: `has the label ${number}` };
  if (list === undefined) return { className: String(number) };
  const className = list.byNumber.get(number);
  if (className !== undefined) return { className };
  const numbers = [...list.byNumber.keys()];
  return {
    fault:
      `the label is ${number}, and ${list.place} names ${Math.min(...numbers)} to ${Math.max(...numbers)}. Where labels are not ` +
      'counted from 0, write the number before each name in classes.txt',
  };
}

/** The first few of some names. */
export function shortened(names: readonly string[], most = 12): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')}, … (${names.length})`;
}
