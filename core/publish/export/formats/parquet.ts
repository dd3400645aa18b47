import { exportedKeys } from '../../../artifacts/exported.ts';
import { encodeParquet, type ParquetColumn } from '../../../format/parquet.ts';
import { detailsOf, type ExportAbout, type ExportFormat, inParts, rankName } from '../export-format.ts';
import type { MinedImage } from '../mined-images.ts';

/** Parquet with the images in it, which Hugging Face's `datasets` and its hub show as they are. */
export const parquet: ExportFormat = {
  loading: () => `from datasets import load_dataset
data = load_dataset("parquet", data_files="data/*.parquet", split="train")`,
  open: (target, about) => inParts((images, part) => target.put(exportedKeys.table(part), tableOf(images, about))),
};

function tableOf(images: readonly MinedImage[], about: ExportAbout): Buffer {
  const columns: readonly ParquetColumn[] = [
    { field: 'image', type: 'IMAGE' },
    { field: 'label', type: 'LABEL' },
    { field: 'class_name', type: 'STRING' },
    { field: 'key', type: 'STRING' },
    { field: about.score, type: 'DOUBLE' },
    { field: 'probability', type: 'DOUBLE' },
    { field: 'rank', type: 'INT32' },
    { field: 'weight', type: 'DOUBLE' },
    { field: 'source_sha256', type: 'STRING' },
    { field: 'pixels_sha256', type: 'STRING' },
  ];
  const rows: readonly Record<string, unknown>[] = images.map((image) => ({
    image: { bytes: image.bytes, path: `${rankName(image.row.rank)}.${image.extension}` },
    ...detailsOf(image, about),
  }));
  return encodeParquet(columns, rows, { classes: about.classes });
}
