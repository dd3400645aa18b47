import { counted } from '../../text/format.ts';
import { type Html, html } from './html.ts';

/** As many classes as a page shows one by one; what more a run has is folded away, so that it buries nothing. */
export const FEW_CLASSES = 12;

/** What stands for each class: all of it, or the first few and the others behind a line to be opened. */
export const foldedClasses = (items: readonly Html[], few = FEW_CLASSES): Html =>
  items.length <= FEW_CLASSES
    ? html`${items}`
    : html`${items.slice(0, few)}
<details class="more"><summary>${counted(items.length - few, 'more class', 'more classes')}</summary>${items.slice(few)}</details>`;

/** A table with a row for each class, behind a line to be opened where it is long. */
export const foldedTable = (classes: number, name: string, table: Html): Html =>
  classes <= FEW_CLASSES
    ? table
    : html`<details class="more"><summary>${name} (${counted(classes, 'class', 'classes')})</summary>${table}</details>`;
