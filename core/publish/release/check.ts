/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  readonly line: string;
  /** What was not checked, where something was not: a word or two, for the end of the report. */
  readonly unchecked?: string;
}

/** All findings as lines with a mark each. */
export const report = (findings: readonly Finding[]): { ok: boolean; lines: string[] } => {
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.map((finding) => `${markOf(finding)}  ${finding.line}`);
  return { ok, lines: [...lines, ok ? verdictOf(findings) : 'The release is NOT what it says.'] };
};

function markOf({ ok, unchecked }: Finding): string {
  if (!ok) return 'FAIL';
  return unchecked === undefined ? 'ok  ' : 'skip';
}

/** Silence about what nobody looked at would pass for a proof. */
function verdictOf(findings: readonly Finding[]): string {
  const unchecked = findings.flatMap((finding) => finding.unchecked ?? []);
  if (unchecked.length === 0) return 'The release is what it says.';
  return `What was checked is what the release says. NOT checked: ${unchecked.join(', ')}.`;
}
