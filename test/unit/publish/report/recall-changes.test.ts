import { expect, it } from 'vitest';
import { recallChanges } from '../../../../core/publish/report/recall-changes.ts';
import type { ShownAnswers } from '../../../../core/publish/report/shown-predictions.ts';

/** Whether two seeds are right about four images, the last two of them of the second class. */
const said = (...values: readonly number[]): ShownAnswers => ({
  bins: [],
  right: { seeds: 2, draws: 1, images: 4, values },
  labels: Int32Array.of(0, 0, 1, 1),
});

it('tells of each class alone what it gained or lost, and of none that the benchmark lacks', () => {
  const predictions = {
    primitive: new Map([['test', said(1, 0, 1, 1, 1, 0, 1, 1)]]),
    omni: new Map([['test', said(1, 1, 1, 0, 1, 1, 0, 1)]]),
  };
  const { calm, glad, ...others } = recallChanges(predictions, ['calm', 'glad', 'sad']).test!;
  expect(others).toEqual({});
  expect(calm).toMatchObject({ images: 2, change: { mean: 0.5, values: [0.5, 0.5] } });
  expect(glad).toMatchObject({ images: 2, change: { mean: -0.5, values: [-0.5, -0.5] } });
});
