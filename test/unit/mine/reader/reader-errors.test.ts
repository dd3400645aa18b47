import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  DataError,
  OmnidistillError,
  ShardUnreadableError,
  TransientError,
} from '../../../../core/errors.ts';
import { fromRecord, toRecord } from '../../../../core/mine/reader/reader-errors.ts';

/** As a message between threads would carry it. */
const sent = (error: unknown): Error => fromRecord(structuredClone(toRecord(error)));

describe('an error from the reader thread', () => {
  it.each([ConfigError, DataError, TransientError, OmnidistillError])(
    'stays the error it was, or Batch would retry what cannot be repaired: %s',
    (Class) => {
      const error = new Class('what was wrong', { cause: new Error('why', { cause: 'deeper' }) });
      const arrived = sent(error);
      expect(arrived).toBeInstanceOf(Class);
      expect(arrived).toMatchObject({ name: error.name, message: 'what was wrong', exitCode: error.exitCode });
      expect(arrived.stack).toBe(error.stack);
      expect(arrived.cause).toMatchObject({ message: 'why', cause: { message: 'deeper' } });
    },
  );

  it('tells which shard is unreadable and where', () => {
    const error = new ShardUnreadableError('s3://b/p.tar', 512, { cause: new Error('Invalid tar header') });
    const arrived = sent(error);
    expect(arrived).toBeInstanceOf(ShardUnreadableError);
    expect(arrived).toMatchObject({ uri: 's3://b/p.tar', offset: 512, exitCode: 65, message: error.message });
    expect(arrived.cause).toMatchObject({ message: 'Invalid tar header' });
  });

  it('keeps the name of one that is none of ours, and what is no error at all', () => {
    const arrived = sent(new RangeError('Invalid array length'));
    expect(arrived).not.toBeInstanceOf(OmnidistillError);
    expect(arrived).toMatchObject({ name: 'RangeError', message: 'Invalid array length' });
    expect(sent('words')).toMatchObject({ name: 'Error', message: 'words' });
  });

  it('survives causes that go round in a circle', () => {
    const error = new DataError('round');
    error.cause = new Error('and round', { cause: error });
    expect(sent(error)).toMatchObject({ message: 'round', cause: { message: 'and round' } });
  });
});
