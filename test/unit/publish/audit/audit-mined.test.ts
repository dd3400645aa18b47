import { describe, expect, it } from 'vitest';
import { auditMined as auditWeighted } from '../../../../core/publish/audit/audit-mined.ts';
import { auditWords } from '../../../../core/publish/audit/words.ts';

const classes = ['happy', 'sad'];
/** Of rows that training draws equally often. */
const auditMined = (rows: readonly { key: string; label: number }[], names: string[], labels: Map<string, string>) =>
  auditWeighted(
    rows.map((row) => ({ ...row, weight: 1 })),
    names,
    labels,
  );
const all = (names: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(names));

describe('an audit of the mined set', () => {
  it('looks at what it names alone, and counts a distractor as wrong', async () => {
    const mined = [
      { key: 'pool-0.tar/a.png', label: 0 },
      { key: 'pool-1.tar/b.png', label: 0 },
      { key: 'c.png', label: 1 },
      { key: 'pool-1.tar/unknown.png', label: 1 },
    ];
    const audit = await auditMined(mined, classes, all({ 'a.png': 'happy', 'b.png': 'none', 'c.png': 'sad' }));
    expect(audit.checked).toBe(3);
    // Half of happy, all of sad, which are equally many.
    expect(audit.precision).toBe(0.75);
    expect(audit.byClass).toMatchObject({
      happy: { checked: 2, right: 1, precision: 0.5, low: 0.5, high: 0.5 },
      sad: { checked: 1, right: 1, precision: 1, high: 1 },
    });
    expect(audit.low).toBeLessThan(0.75);
    expect(audit.high).toBeGreaterThan(0.74);
  });

  it('tells two images of one name apart by their folders, down to as much of them as the audit gives', async () => {
    const mined = [
      { key: 'x/a/1.png', label: 0 },
      { key: 'x/b/1.png', label: 0 },
      { key: 'x/c/2.png', label: 1 },
    ];
    const whole = await auditMined(mined, classes, all({ 'x/a/1.png': 'happy', 'x/b/1.png': 'sad' }));
    expect(whole).toMatchObject({ checked: 2, ambiguous: 0, byClass: { happy: { right: 1 } } });
    const part = await auditMined(mined, classes, all({ 'a/1.png': 'sad', 'b/1.png': 'happy', '2.png': 'sad' }));
    expect(part).toMatchObject({ checked: 3, ambiguous: 0, byClass: { happy: { right: 1 }, sad: { right: 1 } } });
  });

  it('looks at none of the images that share a name, and says how many they are', async () => {
    const mined = [
      { key: 'a/1.png', label: 0 },
      { key: 'b/1.png', label: 0 },
      { key: '1.png', label: 0 },
      { key: '2.png', label: 1 },
    ];
    const audit = await auditMined(mined, classes, all({ '1.png': 'happy', '2.png': 'sad' }));
    // The whole key is no doubt the image itself.
    expect(audit).toMatchObject({ checked: 2, ambiguous: 2, byClass: { happy: { checked: 1, right: 1 } } });
    expect(auditWords(audit)).toMatch(/; 2 images left out whose name others share$/);
  });

  it('says what it speaks of where nobody looked at some classes, or at nothing', async () => {
    const mined = [0, 0, 0, 1].map((label, i) => ({ key: `${i}.png`, label }));
    const some = await auditMined(mined, classes, all({ '0.png': 'happy', '1.png': 'n/a' }));
    expect(some).toMatchObject({ covered: 0.75, unsure: 1, byClass: { sad: { checked: 0, low: 0, high: 1 } } });
    expect(auditWords(some)).toMatch(/; 2 labels checked, 1 of them unsure; .* hold 75\.0.% of the mined set$/);
    expect(await auditMined(mined, classes, all({}))).toMatchObject({ checked: 0, covered: 0, low: 0, high: 1 });
    expect(await auditMined([], classes, all({}))).toMatchObject({ checked: 0, covered: 0 });
  });

  it('tells apart how many are right and how many of those that training draws', async () => {
    const mined = [0, 0, 0, 1].map((label, i) => ({ key: `${i}.png`, label, weight: label === 0 ? 2 / 3 : 2 }));
    const labels = all({ '0.png': 'happy', '1.png': 'happy', '2.png': 'happy', '3.png': 'happy' });
    const audit = await auditWeighted(mined, classes, labels);
    expect(audit.precision).toBe(0.75);
    expect(audit.drawn.precision).toBeCloseTo(0.5, 12);
    expect(auditWords(audit)).toMatch(/^4 labels checked; as training draws them 50\.0.%$/);
  });

  it('has no interval where all were looked at: nothing is left to chance', async () => {
    const mined = [0, 0, 1, 1].map((label, i) => ({ key: `${i}.png`, label }));
    const audit = await auditMined(
      mined,
      classes,
      all({ '0.png': 'happy', '1.png': 'sad', '2.png': 'sad', '3.png': 'sad' }),
    );
    expect(audit).toMatchObject({ precision: 0.75, low: 0.75, high: 0.75 });
    expect(auditWords(audit)).toBe('4 labels checked');
  });
});
