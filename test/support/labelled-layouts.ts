import { expect } from 'vitest';
import { openLabelled, surveyLabelled } from '../../core/data/labelled/registry.ts';
import { folderWith } from './images.ts';
import { type Files, images } from './labelled-sets.ts';

/** What a person has, what of it they give, and what comes of it. */
export interface Layout {
  readonly files: () => Files | Promise<Files>;
  /** Path below the folder. */
  readonly given?: string;
  readonly field?: string;
}

export const numbered = (start: string, count: number, end: string): string[] =>
  Array.from({ length: count }, (_, i) => `${start}${i}${end}`);

export const withImages = async (paths: readonly string[], more: Files): Promise<Files> => ({
  ...(await images(paths)),
  ...more,
});

export const RAF = 'train_00001.jpg 1\ntrain_00002.jpg 7\ntest_00003.jpg 4\n';
export const rafImages = ['train_00001', 'train_00002', 'test_00003'].map(
  (name) => `Image/aligned/${name}_aligned.jpg`,
);
export const AFFECT =
  'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';
export const FERPLUS = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
export const ferRows = (emotions: readonly string[], usage?: string) =>
  emotions.map((emotion): [string, string?] => (usage === undefined ? [emotion] : [emotion, usage]));
export const split = async (): Promise<Files> =>
  images([
    'train/cat/0.png',
    'train/cat/1.png',
    'train/dog/0.png',
    'test/cat/0.png',
    'test/dog/0.png',
    'test/dog/1.png',
  ]);

/** What Plan finds in a layout, and the format that it takes it for. */
export const survey = async ({ files, given = '', field = 'labelled' }: Layout) => {
  const uri = await folderWith(await files());
  const source = { field, uri: given === '' || given.startsWith('#') ? `${uri}${given}` : `${uri}/${given}` };
  return { found: await surveyLabelled(source), format: async () => (await openLabelled(source)).format.name };
};

/** Expects that a layout is read by a format, with so many images of each class in the order that they are given in. */
export const expectRead = async (layout: Layout, format: string, counts: Record<string, number>): Promise<void> => {
  const { found, format: formatOf } = await survey(layout);
  expect(Object.fromEntries(found.classes.map((name, i) => [name, found.counts[i]]))).toEqual(counts);
  expect(await formatOf()).toBe(format);
  // Objects put numbers first, so their order is compared where they are none.
  if (!Object.keys(counts).some((name) => /^\d/.test(name))) expect(found.classes).toEqual(Object.keys(counts));
};
