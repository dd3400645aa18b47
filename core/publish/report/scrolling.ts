import { type Html, html } from './html.ts';

/**
 * A table that scrolls by itself where it is wider than the page, by touch and by the arrow keys.
 * @param name - what a screen reader calls it
 */
export const scrolling = (name: string, table: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
