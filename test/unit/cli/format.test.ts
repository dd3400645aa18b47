import { describe, expect, it } from 'vitest';
import { plainDisplay } from '../../../cli/display.ts';
import { printable } from '../../../cli/format.ts';

describe('what is printed of names that others chose', () => {
  it('cannot move the cursor, clear the screen or turn the direction of writing', () => {
    expect(printable('a\u001b[2Jb\rc\u202ed\u0007')).toBe('a\\u001b[2Jb\\u000dc\\u202ed\\u0007');
    expect(printable('größe 顔 line\nnext')).toBe('größe 顔 line\nnext');
  });

  it('is safe where a job says why it failed', () => {
    const written: string[] = [];
    const display = plainDisplay({ write: (text: string) => written.push(text) });
    const job = { id: '1', name: 'mine', label: 'round-0-shards-00000', logFile: 'log' };
    display.accept({
      type: 'job-ended',
      job,
      succeeded: false,
      seconds: 1,
      reason: 'cut behind \u001b]0;owned\u0007.png',
    });
    expect(written.join('')).toContain('cut behind \\u001b]0;owned\\u0007.png');
  });
});
