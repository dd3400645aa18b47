import { describe, it } from 'vitest';
import {
  AFFECT,
  expectRead,
  FERPLUS,
  type Layout,
  numbered,
  RAF,
  rafImages,
  split,
  withImages,
} from '../../../support/labelled-layouts.ts';

const READ: readonly (readonly [what: string, layout: Layout, format: string, counts: Record<string, number>])[] = [
  [
    "RAF-DB's list, its images aligned in another folder and under another name",
    {
      files: () => withImages(rafImages, { 'EmoLabel/list_patition_label.txt': RAF }),
      given: 'EmoLabel/list_patition_label.txt',
    },
    'list',
    { surprise: 1, neutral: 1 },
  ],
  [
    'RAF-DB as a folder, for a benchmark',
    { files: () => withImages(rafImages, { 'EmoLabel/list_patition_label.txt': RAF }), field: 'benchmarks.x' },
    'image-folder',
    { happy: 1 },
  ],
  [
    "RAF-DB's list beside its aligned images",
    {
      files: () =>
        withImages(
          rafImages.map((path) => path.replace('Image/', '')),
          { 'list_patition_label.txt': RAF },
        ),
      given: 'list_patition_label.txt',
    },
    'list',
    { surprise: 1, neutral: 1 },
  ],
  [
    "AffectNet's list, whose 8 to 10 show no expression",
    {
      files: () =>
        withImages(['Manually_Annotated_Images/1/a.jpg', 'Manually_Annotated_Images/2/b.jpg'], {
          'Manually_Annotated_file_lists/training.csv': `${AFFECT}\n1/a.jpg,0,0,8,8,1;2,1,0.1,0.2\n2/b.jpg,0,0,8,8,1;2,7,0,0\n2/c.jpg,0,0,8,8,,9,-2,-2\n`,
        }),
      given: 'Manually_Annotated_file_lists/training.csv',
    },
    'list',
    { happy: 1, contempt: 1 },
  ],
  [
    "AffectNet as a folder: a list's name is its split",
    {
      files: () =>
        withImages(['Manually_Annotated_Images/1/a.jpg', 'Manually_Annotated_Images/2/b.jpg'], {
          'Manually_Annotated_file_lists/training.csv': `${AFFECT}\n1/a.jpg,0,0,8,8,1;2,1,0.1,0.2\n`,
          'Manually_Annotated_file_lists/validation.csv': `${AFFECT}\n2/b.jpg,0,0,8,8,1;2,2,0.1,0.2\n`,
        }),
      field: 'benchmarks.x',
    },
    'image-folder',
    { sad: 1 },
  ],
  [
    "FER+'s folders, each with its votes and without a header",
    {
      files: () =>
        withImages(['FER2013Train/fer0000000.png', 'FER2013Train/fer0000001.png', 'FER2013Test/fer0000000.png'], {
          'FER2013Train/label.csv':
            'fer0000000.png,"(0, 0, 16, 16)",0,9,0,0,0,0,0,0,1,0\nfer0000001.png,"(0, 0, 16, 16)",4,0,0,1,3,2,0,0,0,0\n',
          'FER2013Test/label.csv': 'fer0000000.png,"(0, 0, 16, 16)",10,0,0,0,0,0,0,0,0,0\n',
        }),
    },
    'image-folder',
    { happy: 1 },
  ],
  [
    "FER+'s one list with a Usage",
    {
      files: () =>
        withImages(['fer0000000.png', 'fer0000001.png'], {
          'fer2013new.csv': `${FERPLUS}\nTraining,fer0000000.png,0,0,0,0,8,0,0,0,2,0\nPublicTest,fer0000001.png,0,0,0,8,0,0,0,0,0,2\nTraining,,0,0,0,0,0,0,0,0,0,10\n`,
        }),
      given: 'fer2013new.csv#PublicTest',
      field: 'benchmarks.x',
    },
    'list',
    { sad: 1 },
  ],
  [
    'a Hugging Face imagefolder with metadata.csv in each split',
    {
      files: () =>
        withImages(['train/0.png', 'train/1.png', 'test/0.png'], {
          'train/metadata.csv': 'file_name,label\n0.png,cat\n1.png,dog\n',
          'test/metadata.csv': 'file_name,label\n0.png,dog\n',
        }),
    },
    'image-folder',
    { cat: 1, dog: 1 },
  ],
  [
    'the same with metadata.jsonl, numbers and a classes.txt',
    {
      files: () =>
        withImages(['train/0.png', 'train/1.png'], {
          'train/metadata.jsonl': '{"file_name":"0.png","label":1}\n{"label":0,"file_name":"1.png"}\n',
          'classes.txt': 'zebra\nant\n',
        }),
    },
    'image-folder',
    { zebra: 1, ant: 1 },
  ],
  [
    'one metadata.csv for all, with a column of splits',
    {
      files: () =>
        withImages(['a/0.png', 'b/1.png'], {
          'metadata.csv': 'file_name,label,split\na/0.png,cat,train\nb/1.png,dog,val\n',
        }),
      given: '#val',
    },
    'image-folder',
    { dog: 1 },
  ],
  [
    'class folders that also hold metadata without labels',
    {
      files: () => withImages(['cat/0.png', 'dog/1.png'], { 'cat/metadata.csv': 'file_name,caption\n0.png,a cat\n' }),
    },
    'class-folders',
    { cat: 1, dog: 1 },
  ],
  ...(
    [
      ['a CSV of path and label', 'l.csv', 'path,label\na.png,sad\nb.png,happy\n'],
      ['with a BOM, CRLF, quotes and blanks', 'l.csv', '\ufeff"Path" , "Label"\r\n"a.png", sad\r\nb.png ,"happy"\r\n'],
      ['with semicolons', 'l.csv', 'File_Name;Emotion\na.png;sad\nb.png;happy\n'],
      ['with the columns the other way round', 'l.csv', 'label,image\nsad,a.png\nhappy,./b.png\n'],
      ['without a header', 'l.csv', 'a.png,sad\nb.png,happy\n'],
      ['a TSV', 'l.tsv', 'filename\tclass\na.png\tsad\nb.png\thappy\n'],
      ['text parted by blanks', 'l.txt', 'a.png   sad\n\nb.png happy\n'],
      ['JSON lines', 'l.jsonl', '{"image":"a.png","label":"sad"}\n{"image":"b.png","label":"happy"}\n'],
      ['Windows paths', 'l.csv', 'path,label\n.\\a.png,sad\n.\\b.png,happy\n'],
      ['UTF-16 of a spreadsheet', 'l.csv', Buffer.from('\ufeffpath,label\r\na.png,sad\r\nb.png,happy\r\n', 'utf16le')],
      [
        'rows without labels, which sets write as -1',
        'l.csv',
        'path,label\na.png,sad\nb.png,happy\nc.png,-1\nd.png,\n',
      ],
    ] as const
  ).map(
    ([what, name, text]) =>
      [
        `a list: ${what}`,
        { files: () => withImages(['a.png', 'b.png'], { [name]: text }), given: name },
        'list',
        { happy: 1, sad: 1 },
      ] as const,
  ),
  [
    'a list of numbers that a table program has turned into 3.0, in natural order',
    {
      files: () => withImages(numbered('', 3, '.png'), { 'l.csv': 'path,label\n0.png,10.0\n1.png,2.0\n2.png,1.0\n' }),
      given: 'l.csv',
    },
    'list',
    { '1': 1, '2': 1, '10': 1 },
  ],
  [
    'numbers that are counted from 1 and named so',
    {
      files: () =>
        withImages(['a.png', 'b.png'], {
          'l.csv': 'path,label\na.png,2\nb.png,1\n',
          'classes.txt': '1 happy\n2 angry\n',
        }),
      given: 'l.csv',
    },
    'list',
    { happy: 1, angry: 1 },
  ],
  [
    'several faces of one photo, by their boxes',
    {
      files: () =>
        withImages(['a.png'], { 'l.csv': 'path,label,x,y,width,height\na.png,sad,0,0,8,8\na.png,happy,8,8,8,8\n' }),
      given: 'l.csv',
    },
    'list',
    { happy: 1, sad: 1 },
  ],
  ['class folders below splits', { files: split }, 'class-folders', { cat: 2, dog: 1 }],
  ['the other splits for a benchmark', { files: split, field: 'benchmarks.x' }, 'class-folders', { cat: 1, dog: 2 }],
  ['a split that is picked', { files: split, given: '#test' }, 'class-folders', { cat: 1, dog: 2 }],
  ['both', { files: split, given: '#test,Train' }, 'class-folders', { cat: 3, dog: 3 }],
];

describe('lists, image folders and splits as people have them', () => {
  it.each(READ)('are read: %s', async (_, layout, format, counts) => {
    await expectRead(layout, format, counts);
  });
});
