import { describe, expect, it } from 'vitest';
import { openLabelled, surveyLabelled } from '../../../../core/data/labelled/registry.ts';
import { folderWith, greyPng } from '../../../support/images.ts';
import { type Files, ferCsvOf, hugParquet, images, plainParquet, sampleTar } from '../../../support/labelled-sets.ts';

/** What a person has, what of it they give, and what comes of it. */
interface Layout {
  readonly files: () => Files | Promise<Files>;
  /** Path below the folder. */
  readonly given?: string;
  readonly field?: string;
}

const numbered = (start: string, count: number, end: string): string[] =>
  Array.from({ length: count }, (_, i) => `${start}${i}${end}`);

const withImages = async (paths: readonly string[], more: Files): Promise<Files> => ({
  ...(await images(paths)),
  ...more,
});

const RAF = 'train_00001.jpg 1\ntrain_00002.jpg 7\ntest_00003.jpg 4\n';
const rafImages = ['train_00001', 'train_00002', 'test_00003'].map((name) => `Image/aligned/${name}_aligned.jpg`);
const AFFECT = 'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';
const FERPLUS = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
const ferRows = (emotions: readonly string[], usage?: string) =>
  emotions.map((emotion): [string, string?] => (usage === undefined ? [emotion] : [emotion, usage]));
const split = async (): Promise<Files> =>
  images([
    'train/cat/0.png',
    'train/cat/1.png',
    'train/dog/0.png',
    'test/cat/0.png',
    'test/dog/0.png',
    'test/dog/1.png',
  ]);

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
  [
    'numbers as class folders, in natural order',
    { files: () => images(numbered('', 12, '/a.png')) },
    'class-folders',
    Object.fromEntries(numbered('', 12, '').map((name) => [name, 1])),
  ],
  [
    'class folders of numbers that classes.txt names',
    { files: () => withImages(['0/a.png', '1/a.png'], { 'classes.txt': 'zebra\nant\n' }) },
    'class-folders',
    { zebra: 1, ant: 1 },
  ],
  [
    'folders that look like shards and are classes all the same',
    { files: () => withImages(['100/a.png', '200/a.png'], { 'classes.txt': '100\n200\n' }) },
    'class-folders',
    { '100': 1, '200': 1 },
  ],
  [
    'Unicode in two forms',
    { files: () => images(['d\u00e9\u00e7u/a.png', 'de\u0301c\u0327u/b.png', 'ok/a.png']) },
    'class-folders',
    { 'd\u00e9\u00e7u': 2, ok: 1 },
  ],
  [
    'a CSV of pixels whose emotions are 3.0',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['3.0', '0.0'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one of names, in the order of fer2013',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['neutral', 'angry', 'sad'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, sad: 1, neutral: 1 },
  ],
  [
    'one with the header in another case',
    {
      files: () => ({
        'f.csv': ferCsvOf('Emotion,PIXELS,usage', [...ferRows(['3', '0'], 'training'), ['6', 'PublicTest']]),
      }),
      given: 'f.csv',
    },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one without a header',
    {
      files: () => {
        const [, ...rows] = ferCsvOf('', [...ferRows(['3', '0'], 'Training'), ['6', 'PrivateTest']]).split('\n');
        return { 'f.csv': rows.join('\n') };
      },
      given: 'f.csv',
    },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    'one with contempt as 7, as CK+ has it',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['7', '0', '3'])) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1, contempt: 1 },
  ],
  [
    'one of several Usages',
    {
      files: () => ({
        'f.csv': ferCsvOf('emotion,pixels,Usage', [
          ['0', 'Training'],
          ['3', 'PublicTest'],
          ['6', 'PrivateTest'],
        ]),
      }),
      given: 'f.csv#PublicTest, privatetest',
    },
    'fer-csv',
    { happy: 1, neutral: 1 },
  ],
  [
    'one of 64 × 64 pixels',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['0', '3']), 64) }), given: 'f.csv' },
    'fer-csv',
    { angry: 1, happy: 1 },
  ],
  [
    "Hugging Face's Parquet, in the order of its ClassLabel",
    {
      files: async () => ({
        'data/train-00000-of-00002.parquet': await hugParquet([0, 1], ['zebra', 'ant']),
        'data/train-00001-of-00002.parquet': await hugParquet([1], ['zebra', 'ant'], { seed: 5 }),
        'data/test-00000-of-00001.parquet': await hugParquet([0], ['zebra', 'ant'], { seed: 9 }),
      }),
    },
    'parquet',
    { zebra: 1, ant: 2 },
  ],
  [
    'Parquet of plain bytes, names and splits',
    {
      files: async () => ({
        'a.parquet': await plainParquet({ label: ['sad', 'happy', 'sad'], split: ['train', 'train', 'test'] }),
      }),
      given: 'a.parquet',
    },
    'parquet',
    { happy: 1, sad: 1 },
  ],
  [
    'WebDataset shards with .cls and names',
    {
      files: async () => ({
        'train-000000.tar': await sampleTar([
          ['a', { cls: '1' }],
          ['b', { cls: '0\n' }],
        ]),
        'train-000001.tar': await sampleTar([['c', { cls: '1' }]]),
        'val-000000.tar': await sampleTar([['d', { cls: '1' }]]),
        'classes.txt': 'zebra\nant\n',
      }),
    },
    'webdataset',
    { zebra: 1, ant: 2 },
  ],
  [
    'a tar with .json, masks and samples without a label',
    {
      files: async () => ({
        'a.tar': await sampleTar([
          ['a', { json: '{"label":"sad"}', 'seg.png': 'x' }],
          ['b', { json: '{"class":"happy"}' }],
          ['c', { txt: 'a caption' }],
        ]),
      }),
      given: 'a.tar',
    },
    'webdataset',
    { happy: 1, sad: 1 },
  ],
  [
    'a tar whose names hold dots',
    {
      files: async () => ({
        'a.tar': await sampleTar([
          ['a.v1', { cls: 'sad' }],
          ['b.v1', { cls: 'happy' }],
        ]),
      }),
      given: 'a.tar',
    },
    'webdataset',
    { happy: 1, sad: 1 },
  ],
];

const REFUSED: readonly (readonly [what: string, layout: Layout, words: RegExp])[] = [
  [
    "RAF-DB's images without its list",
    { files: () => images(['aligned/a.jpg', 'original/a.jpg']) },
    /are no classes by their names: "aligned", "original".*list of paths and labels.*classes\.txt/,
  ],
  [
    "AffectNet's shards of images",
    { files: () => images(numbered('10', 8, '/a.jpg')) },
    /look like parts of a set and not like classes: "100", "101"/,
  ],
  ['shards of img2dataset', { files: () => images(['00000/a.jpg', '00001/a.jpg']) }, /look like parts of a set/],
  [
    'splits that hold images and no classes',
    { files: () => images(['train/a.png', 'test/b.png']) },
    /are splits of a set: "test", "train", and they hold no class folders/,
  ],
  [
    'a split beside classes',
    { files: () => images(['cat/a.png', 'dog/a.png', 'test/b.png']) },
    /hold a split of a set, "test", beside "cat", "dog"/,
  ],
  [
    'images in no folder',
    { files: () => images(['a.png', 'b.png']) },
    /no class folders in .*it holds 2 images in no folder\. Put the images of each class/,
  ],
  [
    'metadata without a label',
    { files: () => withImages(['train/0.png'], { 'train/metadata.csv': 'file_name,text\n0.png,hi\n' }) },
    /splits of a set.*Beside them lie train\/metadata\.csv: does one say what each image shows/,
  ],
  [
    'a list in another place than its images',
    { files: () => ({ 'l.csv': 'path,label\na.png,happy\n' }), given: 'l.csv' },
    /l\.csv: none of its first images is there, e\.g\. "a\.png"; looked in file.*relative to the folder that the list lies in/,
  ],
  [
    "FER+'s votes without the images",
    {
      files: () => ({ 'fer2013new.csv': `${FERPLUS}\nTraining,fer0000000.png,4,0,0,1,3,2,0,0,0,0\n` }),
      given: 'fer2013new.csv',
    },
    /FER\+ keeps its images in FER2013Train/,
  ],
  [
    'a list that says two things of an image',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,label\na.png,sad\na.png,happy\n' }), given: 'l.csv' },
    /l\.csv:row 3: a\.png is "happy" here and "sad" in l\.csv:row 2/,
  ],
  [
    'a label that is no whole number',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,label\na.png,0.5\n' }), given: 'l.csv' },
    /l\.csv:row 2: the label "0\.5" is neither a name nor a whole number/,
  ],
  [
    'numbers that classes.txt does not name',
    {
      files: () =>
        withImages(['a.png', 'b.png'], { 'l.csv': 'path,label\na.png,1\nb.png,2\n', 'classes.txt': 'sad\nhappy\n' }),
      given: 'l.csv',
    },
    /l\.csv:row 3: the label is 2, and .*classes\.txt names 0 to 1\. Where labels are not counted from 0/,
  ],
  [
    'names that classes.txt does not have',
    {
      files: () => withImages(['a.png'], { 'l.csv': 'path,label\na.png,Sad\n', 'classes.txt': 'sad\nhappy\n' }),
      given: 'l.csv',
    },
    /the label "Sad" is none of .*classes\.txt: sad, happy/,
  ],
  [
    'paths that lead out of the folder',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,label\na.png,sad\n../b.png,sad\n' }), given: 'l.csv' },
    /l\.csv:row 3: the path "\.\.\/b\.png" leads out of the list's folder/,
  ],
  [
    'a list with other columns',
    { files: () => ({ 'l.csv': 'id,score\n1,2\n' }), given: 'l.csv' },
    /has the columns id, score\. It needs a first line with path and label/,
  ],
  [
    'a box that may be read in two ways',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,label,bbox\na.png,sad,"[0, 0, 8, 8]"\n' }), given: 'l.csv' },
    /column "bbox", and there are two ways to read a box/,
  ],
  [
    'two columns of labels',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,emotion,category\na.png,sad,1\n' }), given: 'l.csv' },
    /several columns of labels \(emotion, category\)\. Call the right one "label"/,
  ],
  [
    'several sets in one folder',
    {
      files: () =>
        withImages(['a/0.png', 'b/0.png'], {
          'a/metadata.csv': 'file_name,label\n0.png,x\n',
          'b/metadata.csv': 'file_name,label\n0.png,y\n',
        }),
    },
    /holds several sets with lists of their own \(a\/, b\/\)\. Name one/,
  ],
  ['a split that there is not', { files: split, given: '#train,dev' }, /has no split "dev"; it has .*"train"/],
  [
    'a split of what has none',
    { files: () => withImages(['a.png'], { 'l.csv': 'path,label\na.png,sad\n' }), given: 'l.csv#train' },
    /has no split "train"; no split is told of any of its 1 images/,
  ],
  [
    'a benchmark of the training split alone',
    {
      files: async () => ({ 'data/train-00000-of-00001.parquet': await hugParquet([0, 1], ['a', 'b']) }),
      field: 'benchmarks.x',
    },
    /Nothing of .* is picked; it has "train"\. Name what is meant after a #, e\.g\. #train/,
  ],
  [
    'emotions that are counted from 1',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['1', '7', '4'])) }), given: 'f.csv' },
    /emotion is 7 in row 3 and 0 in none, so the numbers seem to count from 1/,
  ],
  [
    'an emotion that there is not',
    { files: () => ({ 'f.csv': ferCsvOf('emotion,pixels', ferRows(['0', '9'])) }), given: 'f.csv' },
    /f\.csv:row 3: emotion is 9, and fer2013 names 0 to 7/,
  ],
  [
    'Parquet without images',
    {
      files: async () => ({ 'a.parquet': (await plainParquet({ image_url: [], label: [] })).subarray(0, 30) }),
      given: 'a.parquet',
    },
    /a\.parquet is not a readable Parquet file/,
  ],
  [
    'Parquet without labels',
    { files: async () => ({ 'a.parquet': await plainParquet({ caption: ['x'] }) }), given: 'a.parquet' },
    /has the columns image, caption; it needs one for the label/,
  ],
  [
    'a tar that is none',
    { files: () => ({ 'a.tar': 'x'.repeat(2000) }), given: 'a.tar' },
    /a\.tar is no tar: .*Bring it again/,
  ],
  [
    'a gzip',
    { files: () => ({ 'a.tar.gz': Buffer.from('1f8b0800', 'hex') }), given: 'a.tar.gz' },
    /another kind \(gzip: unpack it first\)/,
  ],
  ['RecordIO', { files: () => ({ 'train.rec': 'x' }), given: 'train.rec' }, /another kind \(MXNet RecordIO/],
  ['a folder of RecordIO', { files: () => ({ 'train.rec': 'x' }) }, /no class folders in .*it holds train\.rec/],
  [
    'a single image',
    { files: async () => ({ 'a.png': await greyPng(1) }), given: 'a.png' },
    /another kind \(a single image, PNG\)/,
  ],
  [
    'a list that Git LFS has not fetched',
    {
      files: () => ({ 'l.csv': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n' }),
      given: 'l.csv',
    },
    /git-lfs pointer: fetch the file itself/,
  ],
];

const survey = async ({ files, given = '', field = 'labelled' }: Layout) => {
  const uri = await folderWith(await files());
  const source = { field, uri: given === '' || given.startsWith('#') ? `${uri}${given}` : `${uri}/${given}` };
  return { found: await surveyLabelled(source), format: async () => (await openLabelled(source)).format.name };
};

describe('labelled sets as people have them', () => {
  it.each(READ)('are read: %s', async (_, layout, format, counts) => {
    const { found, format: formatOf } = await survey(layout);
    expect(Object.fromEntries(found.classes.map((name, i) => [name, found.counts[i]]))).toEqual(counts);
    expect(await formatOf()).toBe(format);
    // Objects put numbers first, so their order is compared where they are none.
    if (!Object.keys(counts).some((name) => /^\d/.test(name))) expect(found.classes).toEqual(Object.keys(counts));
  });

  it('give numbers as classes in the order of the numbers', async () => {
    const { found } = await survey({ files: () => images(numbered('', 12, '/a.png')) });
    expect(found.classes).toEqual(numbered('', 12, ''));
  });

  it.each(REFUSED)('are refused with the words that a person needs: %s', async (_, layout, words) => {
    const error: unknown = await survey(layout).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: expect.stringMatching(/^(Config|Data)Error$/),
      message: expect.stringMatching(words),
    });
    expect(String(error)).toMatch(new RegExp(`: ${layout.field ?? 'labelled'}: `));
  });
});
