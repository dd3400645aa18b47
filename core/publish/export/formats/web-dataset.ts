import { pack } from 'tar-stream';
import { exportedKeys } from '../../../artifacts/exported.ts';
import { detailsOf, type ExportFormat, PART, rankName } from '../export-format.ts';

/**
 * Tars of samples: the image, its label as `.cls` and everything else as `.json`.
 * @see https://github.com/webdataset/webdataset
 */
export const webDataset: ExportFormat = {
  loading: () => `import glob, webdataset
data = webdataset.WebDataset(sorted(glob.glob("mined-*.tar")), shardshuffle=False).decode("pil")
for sample in data:  # sample["cls"] is the label, sample["json"] everything else; the image is under its encoding, e.g. "jpg"
    ...`,
  open(target, about) {
    let members: (readonly [name: string, body: Buffer])[] = [];
    let [images, bytes, part] = [0, 0, 0];
    const flush = async (): Promise<void> => {
      if (images === 0) return;
      await target.put(exportedKeys.tar(part), await tarOf(members));
      part += 1;
      [members, images, bytes] = [[], 0, 0];
    };
    return {
      async add(image) {
        const name = rankName(image.row.rank);
        members.push(
          [`${name}.${image.extension}`, image.bytes],
          [`${name}.cls`, Buffer.from(String(image.row.label))],
          [`${name}.json`, Buffer.from(JSON.stringify(detailsOf(image, about)))],
        );
        images += 1;
        bytes += image.bytes.length;
        if (images >= PART.images || bytes >= PART.bytes) await flush();
      },
      end: flush,
    };
  },
};

async function tarOf(members: readonly (readonly [name: string, body: Buffer])[]): Promise<Buffer> {
  const tar = pack();
  // Equal images give equal bytes, whenever they are exported.
  for (const [name, body] of members) tar.entry({ name, mtime: new Date(0) }, body);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
