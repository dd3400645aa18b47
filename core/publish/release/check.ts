/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  readonly line: string;
}

/** All findings as lines with a mark each. */
export const report = (findings: readonly Finding[]): { ok: boolean; lines: string[] } => {
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.map((finding) => `${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.line}`);
  return { ok, lines: [...lines, ok ? 'The release is what it says.' : 'The release is NOT what it says.'] };
};
