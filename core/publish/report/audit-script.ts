import { type InlineScript, inlineScript } from './inline-script.ts';

/** `browser/audit.ts` as one script: `scripts/browser-scripts.ts` puts it in. */
declare const AUDIT_SCRIPT: string;

/** The script of the hand audit. */
export const auditScript = (): InlineScript => inlineScript(AUDIT_SCRIPT);
