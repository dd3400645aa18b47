import { auditVerdict } from '../../contracts/audit-file.ts';
import type { MinedRow } from '../../contracts/mined.ts';
import type { Audit } from '../../contracts/summary.ts';
import type { AuditLabels } from '../../data/read-audit.ts';
import { type ClassTally, classPrecision, coveredPart, lookedAt, precisionOver } from './precision.ts';

type Mined = Pick<MinedRow, 'key' | 'label' | 'weight'>;

/**
 * How many pseudo-labels agree with the audit, class by class and, by the classes' shares, over the mined set. Mined images
 * that the audit does not name are not looked at, nor kept.
 */
export const auditMined = async (
  mined: AsyncIterable<Mined> | Iterable<Mined>,
  classes: readonly string[],
  labels: AuditLabels,
): Promise<Audit> => {
  const tallies = classes.map(() => ({ mined: 0, drawn: 0, right: 0, wrong: 0, unsure: 0 }));
  const entries: (readonly [Mined, string])[] = [];
  for await (const row of mined) {
    const { key, label, weight } = row;
    tallies[label]!.mined += 1;
    tallies[label]!.drawn += weight;
    const entry = endsOf(key).find((end) => labels.has(end));
    if (entry !== undefined) entries.push([row, entry]);
  }
  const { named, ambiguous } = unambiguous(entries);
  for (const [{ label }, entry] of named) tallies[label]![auditVerdict(labels.get(entry)!, classes[label]!)] += 1;
  return {
    checked: named.size,
    unsure: tallies.reduce((sum, { unsure }) => sum + unsure, 0),
    ambiguous,
    covered: coveredPart(tallies),
    ...precisionOver(tallies, 'mined'),
    drawn: precisionOver(tallies, 'drawn'),
    byClass: Object.fromEntries(classes.map((name, label) => [name, classAudit(tallies[label]!)])),
  };
};

function classAudit(tally: ClassTally): Audit['byClass'][string] {
  const { right, unsure } = tally;
  return { checked: lookedAt(tally), right, unsure, ...classPrecision(tally) };
}

/**
 * Of the mined images with the audit's entry of each (the one with its whole key, or else with the longest part of it from the
 * right, down to the file name) those that it tells of: a part that several mined images share tells of none of them.
 */
function unambiguous(entries: readonly (readonly [Mined, string])[]): {
  readonly named: ReadonlyMap<Mined, string>;
  readonly ambiguous: number;
} {
  const sharing = new Map<string, number>();
  for (const [, entry] of entries) sharing.set(entry, (sharing.get(entry) ?? 0) + 1);
  const named = new Map(entries.filter(([{ key }, entry]) => key === entry || sharing.get(entry) === 1));
  return { named, ambiguous: entries.length - named.size };
}

/** `a/b/c.png`, `b/c.png`, `c.png`; that a tar calls a file `./c.png` is no part of its name. */
function endsOf(key: string): string[] {
  const folders = key.split('/').filter((part) => part !== '.');
  return [key, ...folders.map((_, depth) => folders.slice(depth).join('/'))];
}
