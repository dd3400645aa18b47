import { describe, expect, it } from 'vitest';
import { isolated, markdownText, printable, quoted } from '../../../core/text/printable.ts';

describe('text that a stranger chose', () => {
  it('cannot move the cursor, clear the screen or turn the direction of writing', () => {
    expect(printable('a\u001b[2Jb\rc\u202ed\u0007\u2028')).toBe('a\\u001b[2Jb\\u000dc\\u202ed\\u0007\\u2028');
  });

  it('reads as it is written where it does no harm, in every script', () => {
    for (const text of ['größe 顔 line\nnext', 'नमस्ते', 'نمی\u200cخواهم', '👩\u200d🔬'])
      expect(printable(text)).toBe(text);
  });

  it('stays the same JSON, so that a program may read what is printed', () => {
    for (const name of ['a\u202eb', 'a\u007fb', '\u{e0041}', 'a"b\\\n']) expect(JSON.parse(quoted(name))).toBe(name);
    expect(quoted('a\u0085\u202eb')).toBe('"a\\u0085\\u202eb"');
  });

  it('does not turn the words and numbers around it on a page', () => {
    expect([isolated('سعادة'), isolated('joy')]).toEqual(['\u2068سعادة\u2069', 'joy']);
    expect(isolated('وجه سعيد taken for خوف: 55 %')).toBe('\u2068وجه سعيد\u2069 taken for \u2068خوف\u2069: 55 %');
    expect(isolated('\u2069joy')).toBe('\\u2069joy');
  });

  it('is no markup, no cell and no link in Markdown', () => {
    expect(markdownText('<img src=x>|`*[a](https://b.c)\n# d & e')).toBe(
      '\\<img src\\=x\\>\\|\\`\\*\\[a\\]\\(https\\:\\/\\/b\\.c\\) \\# d \\& e',
    );
    expect(markdownText('a\u202eb')).toBe('a\\\\u202eb');
    expect(markdownText('fear-of dogs')).toBe('fear-of dogs');
  });
});
