import { counted } from '../../text/format.ts';
import { type Html, html } from './html.ts';

/** As many classes as a page shows one by one; what more a run has is folded away, so that it buries nothing. */
export const FEW_CLASSES = 12;

/**
 * What stands for each class: all of it, or the first few and the others behind a line to be opened.
 * @param kind - CSS class of what holds them
 */
export const foldedClasses = (items: readonly Html[], kind: string): Html => {
  if (items.length <= FEW_CLASSES) return html`<div class="${kind}">${items}</div>`;
  const more = items.length - FEW_CLASSES;
  return html`<div class="${kind} many">${items.slice(0, FEW_CLASSES)}</div>
<details class="more"><summary>${counted(more, 'more class', 'more classes')}</summary><div class="${kind} many">${items.slice(FEW_CLASSES)}</div></details>`;
};

/** A table with a row for each class, behind a line to be opened where it is long. */
export const foldedTable = (classes: number, name: string, table: Html): Html =>
  classes <= FEW_CLASSES
    ? table
    : html`<details class="more"><summary>${name} (${counted(classes, 'class', 'classes')})</summary>${table}</details>`;
