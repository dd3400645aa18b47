import { exportedKeys } from '../../../artifacts/exported.ts';
import { mapInOrder } from '../../../map-in-order.ts';
import type { Store } from '../../../store/store.ts';
import { quoted } from '../../../text/printable.ts';
import { detailsOf, type ExportFormat, PART, rankName } from '../export-format.ts';
import type { MinedImage } from '../mined-images.ts';

/** Files that are written at once. */
const AT_ONCE = 16;

/**
 * Folders of files, `train/<class>/<part>/`, each with a `metadata.jsonl`: no folder grows without end, and what is known of its
 * images is written when it is full.
 */
export const imageFolder: ExportFormat = {
  loading: ({ classes }) => `from datasets import ClassLabel, load_dataset
data = load_dataset("imagefolder", data_dir=".", split="train")
data = data.cast_column("label", ClassLabel(names=[${classes.map(quoted).join(', ')}]))
# or, by the folders alone: torchvision.datasets.ImageFolder("train")`,
  open(target, about) {
    const folders = new Map<number, { part: number; lines: string[] }>();
    let waiting: (readonly [key: string, image: MinedImage])[] = [];
    const flush = async (): Promise<void> => {
      await putAll(target, waiting);
      waiting = [];
    };
    const endPart = async (label: number): Promise<void> => {
      const folder = folders.get(label)!;
      await target.put(exportedKeys.metadata(about.classes[label]!, folder.part), folder.lines.join(''));
      folders.set(label, { part: folder.part + 1, lines: [] });
    };
    return {
      async add(image) {
        const { label, rank } = image.row;
        const folder = folders.get(label) ?? { part: 0, lines: [] };
        folders.set(label, folder);
        const name = `${rankName(rank)}.${image.extension}`;
        folder.lines.push(`${JSON.stringify({ file_name: name, ...detailsOf(image, about) })}\n`);
        waiting.push([`${exportedKeys.classPart(about.classes[label]!, folder.part)}/${name}`, image]);
        if (waiting.length >= AT_ONCE) await flush();
        if (folder.lines.length >= PART.images) await endPart(label);
      },
      async end() {
        await flush();
        for (const [label, { lines }] of folders) if (lines.length > 0) await endPart(label);
      },
    };
  },
};

async function putAll(target: Store, files: readonly (readonly [key: string, image: MinedImage])[]): Promise<void> {
  for await (const _ of mapInOrder(files, AT_ONCE, ([key, { bytes }]) => target.put(key, bytes)));
}
