import { describe, expect, it } from 'vitest';
import { greyPng, tarOf } from '../../../support/images.ts';
import {
  FERPLUS,
  ferRows,
  type Layout,
  numbered,
  split,
  survey,
  withImages,
} from '../../../support/labelled-layouts.ts';
import { ferCsvOf, hugParquet, images, plainParquet } from '../../../support/labelled-sets.ts';
import { packed, recordOf, zipOf } from '../../../support/pool-fixtures.ts';

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
    /a\.tar\.gz is no tar: unexpected end of file\. Bring it again/,
  ],
  [
    'a .rec that is none',
    { files: () => ({ 'train.rec': 'x' }), given: 'train.rec' },
    /train\.rec is no RecordIO\. Bring/,
  ],
  [
    'an .rec of half numbers',
    { files: () => ({ 'a.rec': recordOf(packed(1, [0.5], Buffer.from('x'))) }), given: 'a.rec' },
    /a\.rec: the record at byte 0: the label "0\.5" is neither a name nor a whole number/,
  ],
  [
    'an .rec that ends in its middle',
    { files: () => ({ 'a.rec': recordOf(packed(1, [0], Buffer.alloc(99))).subarray(0, 60) }), given: 'a.rec' },
    /a\.rec ends in the record at byte 0\. Bring it again/,
  ],
  [
    'a zip that ends in its middle',
    { files: async () => ({ 'a.zip': zipOf([['cat/1.png', await greyPng(1)]]).subarray(0, 90) }), given: 'a.zip' },
    /a\.zip is no whole zip \(.*\)\. Bring it again/,
  ],
  [
    'a zip of images in no folder',
    { files: async () => ({ 'a.zip': zipOf([['1.png', await greyPng(1)]]) }), given: 'a.zip' },
    /no class folders in .*a\.zip: it holds 1 images in no folder/,
  ],
  [
    'a folder that a zip lies in',
    { files: async () => ({ 'a.zip': zipOf([['cat/1.png', await greyPng(1)]]) }) },
    /it holds a\.zip\. .*If a\.zip is the set, name it itself/,
  ],
  ['an empty zip', { files: () => ({ 'a.zip': zipOf([]) }), given: 'a.zip' }, /a\.zip holds no file/],
  [
    'a tar of class folders that ends in its middle',
    {
      files: async () => ({ 'a.tar': (await tarOf([['cat/1.png', await greyPng(1)]])).subarray(0, 600) }),
      given: 'a.tar',
    },
    /a\.tar ends at byte 600, in or behind cat\/1\.png/,
  ],
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
    /a Git LFS pointer, not the file itself; run git lfs pull/,
  ],
];

describe('what is no labelled set, or may be several', () => {
  it.each(REFUSED)('are refused with the words that a person needs: %s', async (_, layout, words) => {
    const error: unknown = await survey(layout).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: expect.stringMatching(/^(Config|Data)Error$/),
      message: expect.stringMatching(words),
    });
    expect(String(error)).toMatch(new RegExp(`: ${layout.field ?? 'labelled'}: `));
  });
});
