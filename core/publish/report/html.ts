import { isolated, printable } from '../../text/printable.ts';

/** Text that may stand in a page as it is: what `html` made, or what `trusted` vouches for. */
export class Html {
  public constructor(public readonly text: string) {}
}

/** What may stand between the parts of an `html` template. Nothing is printed for `undefined` and `false`. */
export type Part = Html | string | number | undefined | false | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it reads in content and in quoted attributes. */
export const escapeHtml = (text: string): string => isolated(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);

/**
 * A template whose values are escaped unless they are `Html` themselves. Class names and pool keys are what a stranger
 * chose, so forgetting to escape must be impossible. Attributes must be quoted.
 * @example html`<td title="${key}">${name}</td>`
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string));

/** Text of our own that is HTML or CSS already; never for anything that was read. */
export const trusted = (text: string): Html => new Html(text);

/** A value for a script of the page, exactly as it is: no text in it can end the block that holds it. */
export const dataHtml = (id: string, value: unknown): Html => {
  const json = printable(JSON.stringify(value)).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${id}">${trusted(json)}</script>`;
};

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  return typeof part === 'number' ? String(part) : part.map(textOf).join('');
}
