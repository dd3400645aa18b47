import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { licencePage, PAGE } from '../../../scripts/list-licences.ts';

describe('docs/licences.md', () => {
  it('lists what the lock file installs (else: npx tsx scripts/list-licences.ts)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(licencePage());
  });

  it('holds no licence that would bind who uses omnidistill, and none that nobody stated', () => {
    const [, running = ''] = /## In what runs([\s\S]*?)## For development/.exec(licencePage()) ?? [];
    const licences = [...running.matchAll(/^\*\*(.+?)\*\*/gm)].map(([, licence]) => licence!);
    expect(licences.length).toBeGreaterThan(5);
    // A dual licence leaves the choice; libvips is a shared library.
    const bound = licences.filter((licence) => /GPL/.test(licence) && !/LGPL| OR /.test(licence));
    expect([...bound, ...licences.filter((licence) => licence === 'not stated')]).toEqual([]);
  });
});
