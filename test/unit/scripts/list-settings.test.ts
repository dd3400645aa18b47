import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigOverrides } from '../../../core/contracts/config.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { PAGE, type Setting, settings, settingsPage } from '../../../scripts/list-settings.ts';

const page = readFileSync(PAGE, 'utf8');
const flat = (all: readonly Setting[]): Setting[] => all.flatMap((each) => [each, ...flat(each.inside ?? [])]);

describe('docs/settings.md', () => {
  it('says what the schemas say (else: npx tsx scripts/list-settings.ts)', () => {
    expect(page).toBe(settingsPage());
  });

  it('has a meaning for each setting, or a person would have to read the code', () => {
    const silent = flat(settings()).filter(({ meaning }) => meaning === '');
    expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
    expect(flat(settings()).length).toBeGreaterThan(70);
  });

  it('shows no field that a config file may not have', () => {
    const leaves = (value: object, path: string[] = []): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? leaves(inner, [...path, key])
          : [[...path, key].join('.')],
      );
    const shown = flat(settings()).map(({ path }) => path.join('.'));
    expect(leaves(resolveConfig('full')).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('has an example that a run takes', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const config = ConfigOverrides.parse(JSON.parse(example));
    expect(resolveConfig('standard', config).mining.gate).toEqual({ on: false, keep: 0.98 });
  });
});
