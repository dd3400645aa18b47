import { ConfigError, DataError } from '../../errors.ts';
import { shortened } from '../lists/class-of-label.ts';
import { columnsOfList, folderOfKey, type List, openList } from '../lists/open-list.ts';
import { type Named, readList } from '../lists/read-list.ts';
import type { RawItem } from '../raw-item.ts';
import type { Contents } from './contents.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitKindOf } from './split-names.ts';
import { type SplitPicker, splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

/** Names of lists that say what the images of their folder show; RAF-DB's is misspelt. */
const BESIDE = /^(metadata\.(csv|jsonl)|labels?\.csv|list_par?tition_label\.txt)$/i;
/** Where AffectNet keeps its lists; each is a split, called like the file. */
const AFFECTNET = /(^|\/)(?:Manually|Automatically)_Annotated_file_lists\/(\w+)\.csv$/i;

/** A list of a folder of images. */
interface Part {
  readonly key: string;
  /** The split that all its images belong to, where its folder or its own name says so. */
  readonly split: string | undefined;
  /** The folder of the whole set, of which a folder may hold several. */
  readonly set: string;
}

/** A folder that is being read. */
interface Open {
  readonly picker: SplitPicker;
  readonly lists: readonly { readonly list: List; readonly split: string | undefined }[];
}

/**
 * A folder with a list in it or in each of its folders, as Hugging Face's imagefolder, FER+, RAF-DB and AffectNet lay them out.
 * @see https://huggingface.co/docs/datasets/image_load#imagefolder
 */
export const imageFolder: LabelledFormat = {
  name: 'image-folder',
  about: 'a folder with metadata.csv, metadata.jsonl or label.csv in it or in its splits (Hugging Face imagefolder)',
  matches: async ({ contents }) => {
    for (const { key } of partsOf(contents)) if (await isList(contents, key)) return true;
    return false;
  },
  survey: async (source) => {
    const opened = await open(source);
    return surveyItems(items(opened), [...(opened.lists[0]?.list.classes?.byNumber.values() ?? [])]);
  },
  async *read(source) {
    yield* items(await open(source));
  },
};

async function open(source: FoundSource): Promise<Open> {
  const { contents } = source;
  const picker = splitPicker(source);
  const lists = [];
  const parts = partsOf(contents);
  const sets = [...new Set(parts.map(({ set }) => set))];
  if (sets.length > 1) {
    const names = shortened(sets.map((set) => (set === '' ? 'the folder itself' : set)));
    throw new DataError(
      `${contents.store.root} holds several sets with lists of their own (${names}). Name one of them.`,
    );
  }
  for (const { key, split } of parts) {
    if (picker.picksPart(split)) lists.push({ list: await openList(contents.store, key, ''), split });
  }
  return { picker, lists };
}

async function* items({ picker, lists }: Open): AsyncGenerator<RawItem> {
  const named: Named = new Map();
  for (const { list, split } of lists) yield* readList(list, picker.picks, split, named);
  picker.check();
}

function partsOf({ files }: Contents): Part[] {
  return files.flatMap((key): Part[] => {
    const affectNet = AFFECTNET.exec(key)?.[2];
    if (affectNet !== undefined) return [{ key, split: affectNet, set: key.slice(0, key.search(AFFECTNET)) }];
    const folder = folderOfKey(key);
    if (!BESIDE.test(key.slice(folder.length))) return [];
    const names = folder.split('/');
    // Of the folder itself or one above it: train/, data/FER2013Train/, train/images/.
    const at = names.findIndex((name) => splitKindOf(name) !== undefined);
    const set = at < 0 ? folder : names.slice(0, at).join('/');
    return [{ key, split: names[at], set }];
  });
}

/** Metadata without labels says nothing here: class folders may hold it too. */
async function isList({ store }: Contents, key: string): Promise<boolean> {
  try {
    await columnsOfList(store, key);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
