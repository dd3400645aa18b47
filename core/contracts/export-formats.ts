/** Every way to lay mined images out, by the name that `export mined --format` takes; how is in `core/publish/export/formats`. */
export const EXPORT_FORMATS = {
  webdataset: { about: 'tars for WebDataset' },
  imagefolder: { about: 'folders of files by class' },
  parquet: { about: 'Parquet for Hugging Face datasets' },
} as const;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;
