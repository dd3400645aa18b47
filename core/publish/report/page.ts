import { type Html, html, type Part, trusted } from './html.ts';
import type { InlineScript } from './inline-script.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  readonly body: Part;
  /** The only script. Left out, the page may run none. */
  readonly script?: InlineScript | undefined;
  /** What else its policy allows, for a page that is served: `connect-src 'self'` */
  readonly allow?: readonly string[];
}

// The page needs nothing but itself, and a browser shall hold it to that.
const policy = (scripts: string, allow: readonly string[]): string =>
  [
    `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${scripts}; base-uri 'none'; form-action 'none'`,
    ...allow,
  ].join('; ');

/** A page in the style of the report that needs no other file and no network. */
export const pageHtml = ({ title, body, script, allow = [] }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script?.source ?? "'none'", allow)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>${body}</main>
${script?.html}
</body>
</html>
`;
