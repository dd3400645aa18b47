/**
 * Control, format and direction characters, line and paragraph separators, and halves of characters. Line breaks stay,
 * and so do the two joiners that Persian, Indian languages and emoji are written with.
 */
const UNPRINTABLE = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that a stranger chose (file names, class names, the words of an error) for people to read: what would move the
 * cursor, hide something or turn the direction of writing is shown as its code, e.g. `\u202e`. JSON stays the same JSON.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, codesOf);

/** Words of Hebrew, Arabic and the other scripts from right to left, with what stands between them. */
const RIGHT_TO_LEFT = (() => {
  const letter = '[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefe\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]';
  return new RegExp(`${letter}(?:[\\s\\p{P}\\p{N}\\p{M}\\u200c\\u200d]*${letter})*`, 'gu');
})();

/**
 * `printable` text for a page that a browser lays out: words that are written from right to left stand between isolates,
 * so that they do not turn the numbers and words around them.
 * @see https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export const isolated = (text: string): string => printable(text).replaceAll(RIGHT_TO_LEFT, '\u2068$&\u2069');

/** Text that a stranger chose, as words of a line of Markdown: no markup, no HTML, no cell of a table, no link. */
export const markdownText = (text: string): string =>
  isolated(text.replace(/\s+/g, ' ')).replace(/[!-&(-+./:-@[-`{-~]/g, '\\$&');

/** Text that a stranger chose as a quoted string that is JSON and YAML alike. */
export const quoted = (text: string): string => printable(JSON.stringify(text));

function codesOf(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    .join('');
}
