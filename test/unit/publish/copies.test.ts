import { describe, expect, it } from 'vitest';
import { copyFiles } from '../../../core/artifacts/copies.ts';
import { rejectionsFile } from '../../../core/artifacts/job.ts';
import { inputsFolder, minedFolder } from '../../../core/contracts/keys.ts';
import type { Rejection } from '../../../core/contracts/rejections.ts';
import { readCopies } from '../../../core/publish/copies.ts';
import { temporaryStore } from '../../support/images.ts';
import { toyPlan } from '../../support/toy.ts';

const rejection = (key: string, reason: Rejection['reason']): Rejection => ({ key, reason, detail: `of ${key}` });

describe('Function: readCopies', () => {
  it('names some copies of either kind, so that whoever reads the summary can look at them', async () => {
    const store = await temporaryStore();
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
    expect(await readCopies(await temporaryStore(), toyPlan(), 0)).toBeUndefined();
  });
});
