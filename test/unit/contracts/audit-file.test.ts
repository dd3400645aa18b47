import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { auditCsv, auditLabel, auditVerdict, unguarded } from '../../../core/contracts/audit-file.ts';
import { ClassName } from '../../../core/contracts/names.ts';

const classes = ['happy', 'sad', 'calm'];

describe('the label of a mark', () => {
  it('says of its own pseudo-label what the person said', () => {
    expect(auditVerdict(auditLabel('right', 1, classes), 'sad')).toBe('right');
    expect(auditVerdict(auditLabel('wrong', 1, classes), 'sad')).toBe('wrong');
    expect(auditVerdict(auditLabel(2, 1, classes), 'sad')).toBe('wrong');
    expect(auditVerdict(auditLabel('unsure', 1, classes), 'sad')).toBe('unsure');
  });

  it('says no more than that of another pseudo-label: what is not sad may be happy or not', () => {
    expect(auditVerdict(auditLabel('right', 1, classes), 'happy')).toBe('wrong');
    expect(auditVerdict(auditLabel('wrong', 1, classes), 'happy')).toBe('unsure');
    expect(auditVerdict(auditLabel(0, 1, classes), 'happy')).toBe('right');
  });

  it('cannot be taken for a class, whatever the classes are called', () => {
    for (const mark of ['wrong', 'unsure'] as const) {
      expect(ClassName.safeParse(auditLabel(mark, 0, ['a'])).success).toBe(false);
    }
  });

  it('is wrong where a truth of other origin names no class of the run', () => {
    expect(auditVerdict('none', 'sad')).toBe('wrong');
    expect(auditVerdict('', 'sad')).toBe('wrong');
  });
});

describe('an audit file', () => {
  it('holds no cell that a spreadsheet runs: they start with an apostrophe', () => {
    const names = ['=1+1', '+1', '-1', '@sum', '\tx', '\rx', '\nx', '＝1', "'=1", 'plain', "it's", "'quoted'"];
    const csv = auditCsv(names.map((file) => ({ file, label: 'a' })));
    const cells = (parse(csv, { bom: true, columns: true }) as { file: string }[]).map(({ file }) => file);
    expect(cells).toEqual([
      ...["'=1+1", "'+1", "'-1", "'@sum", "'\tx", "'\rx", "'\nx", "'＝1", "''=1"],
      ...['plain', "it's", "'quoted'"],
    ]);
    expect(cells.map(unguarded)).toEqual(names);
  });

  it('guards class names as well, doubles quotation marks, and says that it is UTF-8', () => {
    expect(auditCsv([{ file: 'a".png', label: '=b' }])).toBe('\ufefffile,label\r\n"a"".png",\'=b\r\n');
  });
});
