import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResult, type TaskResult } from '../../../../bench/tasks/result.ts';
import type { Outcome } from '../../../../bench/tasks/run-task.ts';
import { taskTables } from '../../../../bench/tasks/tables.ts';
import type { Summary } from '../../../../core/contracts/summary.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { toyAudit, toyComparison, toyEstimate, toyMinedSummary, toySummary } from '../../../support/toy-summary.ts';

const audited = (checked: number, precision: number) => toyAudit({ checked, precision, low: 0, high: 1 });
/** Of a figure and of a difference alike. */
const estimate = (mean: number, half = 0.01) => toyEstimate([mean - half, mean + half]);
const gained = (mean: number) => ({ primitive: toyComparison([mean - 0.01, mean + 0.01], [0, 0]) });

const SUMMARY: Summary = toySummary({
  accuracy: { test: { primitive: estimate(0.4), omni: estimate(0.45), 'boost/none': estimate(0.41) } },
  macroRecall: { test: { primitive: estimate(0.35) } },
  comparisons: { test: { omni: gained(0.05), 'boost/none': gained(0.01) } },
  mined: toyMinedSummary({ poolImages: 1000, mined: 200, audit: audited(200, 0.7) }),
  domainGap: { labelled: 40, pool: 40, auc: 0.75, low: 0.7, high: 0.8, wide: false },
  stages: { train: { jobs: 2, seconds: 50, peakMemoryMiB: 1 }, mine: { jobs: 1, seconds: 20, peakMemoryMiB: 1 } },
});

const resultOf = async (summary: object): Promise<TaskResult> => {
  const path = join(temporaryFolder(), 'summary.json');
  await writeFile(path, JSON.stringify(summary));
  return readResult(path);
};
const task = (name: string) => ({ name, about: '', make: () => Promise.reject(new Error('Not made here.')) });
const done = async (name: string, summary: object): Promise<Outcome> => ({
  task: task(name),
  kind: 'done',
  result: await resultOf(summary),
  labelled: [20, 20],
});
/** Cells by the head of their column, of the row of a task in the first table that has one. */
const row = (page: string, name: string, title?: string): Record<string, string> => {
  const lines = page.slice(title === undefined ? 0 : page.indexOf(title)).split('\n');
  const cells = (line: string | undefined): string[] => line?.slice(2, -2).split(' | ') ?? [];
  const at = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  const head = cells(lines.slice(0, at).findLast((line) => line.startsWith('| task')));
  return Object.fromEntries(cells(lines[at]).map((cell, i) => [head[i]!, cell.replaceAll(/[\u202f\u00a0]/g, ' ')]));
};

describe('the table of tasks', () => {
  it('has what a summary of today says', async () => {
    expect(row(taskTables([await done('toy', SUMMARY)]), 'toy')).toEqual({
      task: 'toy',
      classes: '2',
      'labelled a class': '20',
      pool: '1,000',
      primitive: '40.0',
      omni: '45.0 (+5.0, −7.7 to +17.7)',
      mined: '20 %',
      right: '70.0 %',
      'domain gap, AUC': '0.75',
      verdict: 'no-evidence',
      'time of all jobs': '1 min 10 s',
    });
  });

  it('takes arms and fields that it has never heard of', async () => {
    const { accuracy, comparisons } = SUMMARY;
    const figure = (mean: number, low: number, high: number) => ({ mean, low, high });
    const page = taskTables([
      await done('old', SUMMARY),
      await done('new', {
        ...SUMMARY,
        verdict: { verdict: 'pays', because: 'of something' },
        accuracy: { test: { ...accuracy.test, consistent: figure(0.46, 0.4, 0.5) } },
        comparisons: {
          test: {
            ...comparisons.test,
            consistent: { primitive: { ...figure(0.06, 0.04, 0.08), macroRecall: figure(0.03, 0.01, 0.05) } },
          },
        },
        macroRecall: { test: { primitive: figure(0.35, 0.3, 0.4) } },
      }),
    ]);
    expect(row(page, 'new')).toMatchObject({ consistent: '46.0 (+6.0, +4.0 to +8.0)', verdict: 'pays' });
    expect(row(page, 'old')).toMatchObject({ consistent: '' });
    expect(row(page, 'new', 'Gain in macro recall')).toMatchObject({ consistent: '+3.0, +1.0 to +5.0' });
    expect(row(page, 'new', 'Macro recall')).toMatchObject({ primitive: '35.0' });
  });

  it('sets a net beside its control, whatever they are called', async () => {
    const over = { ...estimate(0.02), macroRecall: estimate(0.01) };
    const comparisons = { test: { omni: { ...gained(0.05), control: over }, 'boost/none': { 'boost/mined': over } } };
    const page = taskTables([await done('toy', { ...SUMMARY, comparisons })]);
    const { task: _, ...cells } = row(page, 'toy', 'Above its control');
    expect(Object.keys(cells)).toEqual(['omni − control']);
    expect(cells['omni − control']).toMatch(/^\+2\.0, /);
    expect(taskTables([await done('toy', SUMMARY)])).not.toContain('Above its control');
  });

  it('keeps distilled sets in a table of their own, and leaves out a table that no run fills', async () => {
    const page = taskTables([await done('toy', SUMMARY)]);
    expect(row(page, 'toy')).not.toHaveProperty('boost/none');
    expect(row(page, 'toy', 'Gain of each distilled set')).toMatchObject({ 'boost/none': '+1.0, −11.7 to +13.7' });
    expect(taskTables([await done('bare', { ...SUMMARY, macroRecall: {} })])).not.toContain('Macro recall, %');
  });

  it('says why a task has no figures', () => {
    const page = taskTables([
      { task: task('away'), kind: 'skipped', because: 'It is not here.' },
      { task: task('bad'), kind: 'refused', exitCode: 65, because: 'DataError: no a|b', labelled: [5, 7] },
    ]);
    expect(page).toContain('skipped: It is not here.');
    expect(page).toContain('| 5 to 7 | ended with 65: DataError: no a\\|b |');
  });

  it('says nothing of precision where no mined image is in the audit', async () => {
    const audit = audited(0, 0);
    const result = await resultOf({ ...SUMMARY, mined: toyMinedSummary({ audit }) });
    expect(result.precision).toBeUndefined();
  });
});
