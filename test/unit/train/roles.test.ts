import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../../core/errors.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { trainCalibration, trainControl, trainPrimitive, trainStudent } from '../../../core/train/roles.ts';
import { bytesOf, toyConfig, toySet } from '../../support/toy.ts';

const training = (seed = 0) => ({ config: toyConfig(), classes: 2, labelled: toySet(6, 2, 1), seed });

describe('training by role', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('train paired seeds from different weights', async () => {
    const [a, b] = [await trainPrimitive(training(0)), await trainPrimitive(training(1))];
    expect(bytesOf(a.weights.parameters)).not.toEqual(bytesOf(b.weights.parameters));
  });

  it('let the student see the mined images, and its control not', async () => {
    const [one, other] = [toySet(4, 2, 7), toySet(4, 2, 8)];
    const student = await trainStudent(training(), one, 0);
    const another = await trainStudent(training(), other, 0);
    const control = await trainControl(training());
    expect(bytesOf(student.weights.parameters)).not.toEqual(bytesOf(another.weights.parameters));
    expect(bytesOf(control.weights.parameters)).not.toEqual(bytesOf(student.weights.parameters));
  });

  it('refuse an empty mined set before anything is trained', async () => {
    const empty = { ...toySet(1, 2, 0), count: 0, pixels: new Uint8Array(0), labels: new Int32Array(0) };
    await expect(trainStudent(training(), empty, 0)).rejects.toThrow(DataError);
  });

  it('learn the temperature on images that the net was not trained on', async () => {
    const { calibration } = await trainCalibration(training());
    expect(calibration.heldOutImages).toBe(2);
    expect(calibration.temperature).toBeGreaterThan(0);
    expect([0, 0.5, 1]).toContain(calibration.heldOutAccuracy);
  });
});
