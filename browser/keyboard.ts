import type { Mark } from '../core/contracts/audit-file.ts';
import type { Card } from './image-card.ts';

const LETTERS: Readonly<Record<string, Mark>> = { r: 'right', w: 'wrong', u: 'unsure' };

export interface KeyboardOptions {
  readonly classes: number;
  readonly markOf: (image: number) => Mark | undefined;
  readonly onMark: (image: number, mark: Mark | undefined) => void;
}

/**
 * Keys on images: letters and digits mark one and go on to the next, arrows move, Backspace takes the last mark back. They
 * work on a focused image alone, so that they take no key from the reader's browser or screen reader.
 */
export const listenToKeys = (cards: readonly Card[], { classes, markOf, onMark }: KeyboardOptions): void => {
  const focus = (image: number): void => {
    const { element } = cards[Math.min(Math.max(image, 0), cards.length - 1)]!;
    // The page scrolls smoothly, which is too slow for who marks fast.
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  };
  const takeBack = (image: number): void => {
    const last = markOf(image) === undefined ? image - 1 : image;
    if (last < 0) return;
    onMark(last, undefined);
    focus(last);
  };
  /** What a key does to an image; nothing where it is not ours. */
  const actionOf = (key: string, image: number): (() => void) | undefined => {
    const mark = LETTERS[key.toLowerCase()] ?? classOf(key, classes);
    if (mark !== undefined) {
      return () => {
        onMark(image, mark);
        focus(image + 1);
      };
    }
    const moves: Readonly<Record<string, () => void>> = {
      ArrowRight: () => focus(image + 1),
      ArrowLeft: () => focus(image - 1),
      ArrowDown: () => focus(inRow(cards, image, 1)),
      ArrowUp: () => focus(inRow(cards, image, -1)),
      Home: () => focus(0),
      End: () => focus(cards.length - 1),
      Backspace: () => takeBack(image),
      Escape: () => focus(image),
    };
    return Object.hasOwn(moves, key) ? moves[key] : undefined;
  };

  for (const [image, { element }] of cards.entries()) {
    element.addEventListener('focusin', () => {
      for (const card of cards) card.setReachable(card.element === element);
    });
    element.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      // A list of classes has its own keys.
      if (event.target instanceof HTMLSelectElement && event.key !== 'Escape') return;
      const action = actionOf(event.key, image);
      if (action === undefined) return;
      event.preventDefault();
      action();
    });
  }
};

/** The digit of a class, from 1 on. */
function classOf(key: string, classes: number): number | undefined {
  return /^[1-9]$/.test(key) && Number(key) <= classes ? Number(key) - 1 : undefined;
}

/** The image above or below: the nearest of the next row that stands in this direction. */
function inRow(cards: readonly Card[], image: number, direction: 1 | -1): number {
  const places = cards.map(({ element }) => element.getBoundingClientRect());
  const from = places[image]!;
  const beyond = (place: DOMRect): number => direction * (place.top - from.top);
  const candidates = [...places.keys()].filter((index) => beyond(places[index]!) > from.height / 2);
  candidates.sort(
    (a, b) =>
      beyond(places[a]!) - beyond(places[b]!) ||
      Math.abs(places[a]!.left - from.left) - Math.abs(places[b]!.left - from.left),
  );
  return candidates[0] ?? image;
}
