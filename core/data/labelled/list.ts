import { type List, openList } from '../lists/open-list.ts';
import { readList } from '../lists/read-list.ts';
import type { RawItem } from '../raw-item.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

/** A table of paths and labels beside its images, as RAF-DB, AffectNet, FER+ and most people have them. */
export const list: LabelledFormat = {
  name: 'list',
  about:
    'a list of image paths and labels beside its images (.csv, .tsv, .txt, .jsonl), also that of RAF-DB, AffectNet or FER+',
  matches: ({ contents: { object } }) =>
    object !== undefined && /\.(csv|tsv|txt|lst|list|jsonl|ndjson)$/i.test(object.key),
  survey: async (source) => {
    const opened = await open(source);
    return surveyItems(items(source, opened), [...(opened.classes?.byNumber.values() ?? [])]);
  },
  async *read(source) {
    yield* items(source, await open(source));
  },
};

function open({ contents: { store, object } }: FoundSource): Promise<List> {
  return openList(store, object!.key);
}

async function* items(source: FoundSource, opened: List): AsyncGenerator<RawItem> {
  const picker = splitPicker(source);
  yield* readList(opened, picker.picks, undefined, new Map());
  picker.check();
}
