import { digits } from '../contracts/keys.ts';

/** Keys of exported mined images, below the folder of the export. Its parts are counted from 0. */
export const exportedKeys = {
  /** How it is loaded; written last. */
  readme: 'README.md',
  tar: (part: number): string => `mined-${digits(part)}.tar`,
  table: (part: number): string => `data/train-${digits(part)}.parquet`,
  /** Images of a class, in parts so that no folder grows without end. */
  classPart: (className: string, part: number): string => `train/${className}/${digits(part)}`,
  /** What is known of the images of such a part, where the imagefolder loaders of dataset libraries look for it. */
  metadata: (className: string, part: number): string => `${exportedKeys.classPart(className, part)}/metadata.jsonl`,
} as const;
