import { expect, it } from 'vitest';
import { toHalfPrecision } from '../../../core/format/half.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';

it('stores half floats as the libraries of the format do', () => {
  // safetensors.numpy.save({'p': np.array([[0.1, 0.7]], np.float16)})
  const header = '{"p":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}';
  const bytes = encodeSafetensors({ p: { shape: [1, 2], data: Float32Array.of(0.1, 0.7), dtype: 'F16' } });
  expect(bytes.toString('utf8', 8, 8 + header.length)).toBe(header);
  expect(bytes.subarray(-4)).toEqual(Buffer.from([0x66, 0x2e, 0x9a, 0x39]));
});

it('reads half floats as the numbers that were stored, to be stored again as the same bytes', () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => i / 11);
  const bytes = encodeSafetensors({ p: { shape: [3, 4], data, dtype: 'F16' } });
  const { tensors } = decodeSafetensors(bytes);
  expect(tensors.p).toEqual({ shape: [3, 4], data: toHalfPrecision(data), dtype: 'F16' });
  expect(encodeSafetensors(tensors)).toEqual(bytes);
});

it('refuses a file that is cut in the middle of its half floats', () => {
  const bytes = encodeSafetensors({ p: { shape: [2], data: Float32Array.of(1, 2), dtype: 'F16' } });
  expect(() => decodeSafetensors(bytes.subarray(0, -1))).toThrow(
    'The file is cut short: tensor "p" ends at byte 4 of 3.',
  );
});
