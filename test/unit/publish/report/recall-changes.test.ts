import { expect, it } from 'vitest';
import type { BenchmarkPredictions } from '../../../../core/artifacts/predictions.ts';
import { recallChanges } from '../../../../core/publish/report/recall-changes.ts';

/** Two seeds of predictions about four images, the last two of them of the second class. */
const said = (...answers: readonly number[]): BenchmarkPredictions => ({
  ...{ seeds: 2, draws: 1, images: 4, classes: 2, order: 'o', labels: Int32Array.of(0, 0, 1, 1) },
  probabilities: Float32Array.from(answers.flatMap((answer) => (answer === 0 ? [0.9, 0.1] : [0.1, 0.9]))),
});

it('tells of each class alone what it gained or lost, and of none that the benchmark lacks', () => {
  const predictions = {
    primitive: new Map([['test', said(0, 1, 1, 1, 0, 1, 1, 1)]]),
    omni: new Map([['test', said(0, 0, 1, 0, 0, 0, 0, 1)]]),
  };
  const { calm, glad, ...others } = recallChanges(predictions, ['calm', 'glad', 'sad']).test!;
  expect(others).toEqual({});
  expect(calm).toMatchObject({ images: 2, change: { mean: 0.5, values: [0.5, 0.5] } });
  expect(glad).toMatchObject({ images: 2, change: { mean: -0.5, values: [-0.5, -0.5] } });
});
