import { sha256 } from '../../format/sha256.ts';
import { type Html, trusted } from './html.ts';

/** `browser/audit.ts` as one script: `scripts/browser-scripts.ts` puts it in. */
declare const AUDIT_SCRIPT: string;

/** The script of the hand audit. */
export const auditScript = (): Html => trusted(`<script>${AUDIT_SCRIPT}</script>`);

/** What a Content-Security-Policy calls this very script. */
export const auditScriptSource = (): string =>
  `'sha256-${Buffer.from(sha256(Buffer.from(AUDIT_SCRIPT)), 'hex').toString('base64')}'`;
