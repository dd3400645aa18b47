import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REJECTIONS, RejectionCounts } from '../../../core/contracts/rejections.ts';

describe('the reasons to leave an image out', () => {
  it.each(REJECTIONS)('%s is explained to who reads a summary.json', (reason) => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/summary.md'), 'utf8');
    expect(page.slice(page.indexOf('## Rejection reasons'))).toContain(`\`${reason}\``);
  });

  it('are the only ones that are counted: a misspelt one does not vanish from the report', () => {
    expect(RejectionCounts.parse({ duplicate: 2 })).toEqual({ duplicate: 2 });
    expect(RejectionCounts.safeParse({ duplicates: 2 }).success).toBe(false);
  });
});
