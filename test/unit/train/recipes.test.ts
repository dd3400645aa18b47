import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../../core/errors.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { trainCalibration, trainControl, trainPrimitive, trainStudent } from '../../../core/train/recipes.ts';
import { bytesOf, toyConfig, toySet } from './toy.ts';

const training = (seed = 0) => ({ config: toyConfig(), classes: 2, labelled: toySet(6, 2, 1), seed });

describe('the recipes', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('train paired seeds from different weights', () => {
    const [a, b] = [trainPrimitive(training(0)), trainPrimitive(training(1))];
    expect(bytesOf(a.weights.theta)).not.toEqual(bytesOf(b.weights.theta));
  });

  it('let the student see the mined pictures, and its control not', () => {
    const [one, other] = [toySet(4, 2, 7), toySet(4, 2, 8)];
    const student = trainStudent(training(), one, 0);
    expect(bytesOf(student.weights.theta)).not.toEqual(bytesOf(trainStudent(training(), other, 0).weights.theta));
    expect(bytesOf(trainControl(training()).weights.theta)).not.toEqual(bytesOf(student.weights.theta));
  });

  it('refuse an empty mined set before anything is trained', () => {
    const empty = { ...toySet(1, 2, 0), count: 0, pixels: new Uint8Array(0), labels: new Int32Array(0) };
    expect(() => trainStudent(training(), empty, 0)).toThrow(DataError);
  });

  it('learn the temperature on pictures that the net was not trained on', () => {
    const { calibration } = trainCalibration(training());
    expect(calibration.heldOutImages).toBe(2);
    expect(calibration.temperature).toBeGreaterThan(0);
    expect([0, 0.5, 1]).toContain(calibration.heldOutAccuracy);
  });
});
