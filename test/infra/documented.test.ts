import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Settings } from '../../infra/settings.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/aws.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, preset]) => [name, preset] as const);

describe('docs/aws.md', () => {
  it('has a row for each setting and for nothing else', () => {
    const settings = rows.filter(([name]) => !name?.startsWith('AWS')).map(([name]) => name);
    expect(settings.sort()).toEqual(Object.keys(Settings.shape).sort());
  });

  it('tells the true default of each', () => {
    for (const [name, value] of Object.entries(Settings.parse({}))) {
      const told = rows.find(([setting]) => setting === name)?.[1];
      expect([name, told]).toEqual([name, `\`${Array.isArray(value) ? JSON.stringify(value) : String(value)}\``]);
    }
  });
});
