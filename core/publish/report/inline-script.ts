import { sha256 } from '../../format/sha256.ts';
import { type Html, trusted } from './html.ts';

/** A script of our own that stands in a page. */
export interface InlineScript {
  readonly html: Html;
  /** What a Content-Security-Policy calls this very script. */
  readonly source: string;
}

/** @param text - as `scripts/browser-scripts.ts` puts it in: nothing in it ends the element */
export const inlineScript = (text: string): InlineScript => ({
  html: trusted(`<script>${text}</script>`),
  source: `'sha256-${Buffer.from(sha256(Buffer.from(text)), 'hex').toString('base64')}'`,
});
