import { pack } from 'tar-stream';
import { exportedKeys } from '../../../artifacts/exported.ts';
import { detailsOf, type ExportAbout, type ExportFormat, inParts, rankName } from '../export-format.ts';
import type { MinedImage } from '../mined-images.ts';

/**
 * Tars of samples: the image, its label as `.cls` and everything else as `.json`.
 * @see https://github.com/webdataset/webdataset
 */
export const webDataset: ExportFormat = {
  loading: () => `import glob, webdataset
data = webdataset.WebDataset(sorted(glob.glob("mined-*.tar")), shardshuffle=False).decode("pil")
for sample in data:  # sample["cls"] is the label, sample["json"] everything else; the image is under its encoding, e.g. "jpg"
    ...`,
  open: (target, about) =>
    inParts(async (images, part) => target.put(exportedKeys.tar(part), await tarOf(images, about))),
};

async function tarOf(images: readonly MinedImage[], about: ExportAbout): Promise<Buffer> {
  const tar = pack();
  // Equal images give equal bytes, whenever they are exported.
  const entry = (name: string, body: Buffer) => tar.entry({ name, mtime: new Date(0) }, body);
  for (const image of images) {
    const name = rankName(image.row.rank);
    entry(`${name}.${image.extension}`, image.bytes);
    entry(`${name}.cls`, Buffer.from(String(image.row.label)));
    entry(`${name}.json`, Buffer.from(JSON.stringify(detailsOf(image, about))));
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
