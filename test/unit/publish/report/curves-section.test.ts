import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../../../core/artifacts/model.ts';
import { curvesSection, readCurves } from '../../../../core/publish/report/curves-section.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { toyConfig } from '../../../support/toy.ts';
import { toySummary } from '../../../support/toy-summary.ts';

const summary = toySummary({ config: toyConfig({ seeds: 2 }) });
const log = (...losses: number[]) => losses.map((loss, i) => ({ step: 1 + 25 * i, loss }));

describe('learning curves', () => {
  it('are the mean over the seeds, of every role that was trained', async () => {
    const store = memoryStore();
    for (const [seed, losses] of [log(2, 1), log(1, 0.5)].entries()) {
      await modelFiles('r', 'primitive', seed, 0).losses.write(store, losses);
    }
    await modelFiles('r', 'student', 0, 0).losses.write(store, log(3));
    expect(await readCurves(store, summary)).toEqual([
      {
        role: 'primitive',
        points: [
          { step: 1, loss: 1.5 },
          { step: 26, loss: 0.75 },
        ],
      },
      { role: 'student', points: [{ step: 1, loss: 3 }] },
    ]);
  });

  it('tell people who do not see them how they begin and end, and are absent where nothing was written', async () => {
    const page = curvesSection([{ role: 'student', points: log(2, 0.25) }]);
    expect(page).toMatchObject({ text: expect.stringContaining('Loss of student: 2.00 at step 1, 0.25 at step 26') });
    expect(curvesSection(await readCurves(memoryStore(), summary))).toBe(false);
  });
});
