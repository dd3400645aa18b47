import { describe, expect, it } from 'vitest';
import { copyFiles, duplicateCardsFile } from '../../../core/artifacts/copies.ts';
import { rejectionsFile } from '../../../core/artifacts/job.ts';
import { minedSummaryFile } from '../../../core/artifacts/mined.ts';
import { inputsFolder, minedFolder } from '../../../core/contracts/keys.ts';
import type { Rejection } from '../../../core/contracts/rejections.ts';
import { readCopies, readDuplicates } from '../../../core/publish/copies.ts';
import { temporaryStore } from '../../support/images.ts';
import { toyPlan } from '../../support/toy.ts';
import { toyMinedSummary } from '../../support/toy-summary.ts';

const rejection = (key: string, reason: Rejection['reason']): Rejection => ({ key, reason, detail: `of ${key}` });

describe('Function: readCopies', () => {
  it('names some copies of either kind, so that whoever reads the summary can look at them', async () => {
    const store = temporaryStore();
    const card = { references: 3, threshold: 0.9 };
    await copyFiles('r').card.write(store, card);
    await rejectionsFile(inputsFolder('r')).write(store, [
      rejection('labelled/a', 'empty'),
      rejection('labelled/b', 'near-benchmark'),
    ]);
    const many = Array.from({ length: 30 }, (_, i) => rejection(`p/${i}`, i % 2 ? 'near-benchmark' : 'junk'));
    await rejectionsFile(minedFolder('r', 1)).write(store, many);
    const found = await readCopies(store, toyPlan(), 1);
    expect(found).toMatchObject({ ...card, labelled: [rejection('labelled/b', 'near-benchmark')] });
    expect(found!.pool.map(({ key }) => key)).toEqual(
      ['1', '3', '5', '7', '9', '11', '13', '15', '17', '19'].map((n) => `p/${n}`),
    );
  });

  it('says nothing where the run looked for none', async () => {
    expect(await readCopies(temporaryStore(), toyPlan(), 0)).toBeUndefined();
  });
});

describe('Function: readDuplicates', () => {
  it('names copies of labelled images and of better pool images, each under its own threshold', async () => {
    const store = temporaryStore();
    const card = { references: 3, threshold: 0.92 };
    await duplicateCardsFile('r').write(store, { labelled: card, pool: { ...card, threshold: 0.95 } });
    const { rejected: _, ...summary } = toyMinedSummary();
    await minedSummaryFile('r', 0).write(store, { ...summary, copyThreshold: 0.96 });
    const left = [rejection('p/1', 'near-labelled'), rejection('p/2', 'junk'), rejection('p/3', 'near-duplicate')];
    await rejectionsFile(minedFolder('r', 0)).write(store, left);
    expect(await readDuplicates(store, toyPlan(), 0)).toEqual({
      labelledThreshold: 0.92,
      ofLabelled: [left[0]],
      minedThreshold: 0.96,
      ofMined: [left[2]],
    });
  });

  it('says nothing where the run looked for none', async () => {
    expect(await readDuplicates(temporaryStore(), toyPlan(), 0)).toBeUndefined();
  });
});
