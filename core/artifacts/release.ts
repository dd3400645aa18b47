import { ReleaseEval } from '../contracts/release.ts';
import { artifact, binary, json, text } from './artifact.ts';
import { bankFile } from './bank.ts';

/** Keys of a release are below its own root: it is read where somebody else has put it, too. */
export const releaseFiles = {
  /** How the printed numbers were measured. */
  evaluation: artifact('eval.json', json(ReleaseEval)),
  /** The mined set without its images. */
  mined: artifact('mined/mined.parquet', binary),
  /** Labels of views of the labelled images, which are not in the release. */
  labelledBank: bankFile('labelled'),
  /** A line for each of them in the order in which the bank counts them: file, class and SHA-256 of the pixels. */
  labelledImages: artifact('labelled/images.jsonl', text),
  /** Makes the views of label banks, in Python. */
  bankLoader: artifact('label_bank.py', text),
  card: artifact('README.md', text),
  /** What the tables hold, for libraries that know Croissant. */
  croissant: artifact('croissant.json', text),
  /** That no licence is given, for whoever looks for one. */
  licence: artifact('LICENSE.md', text),
  /** What the classifiers of the release are, how to use them, and how good they are. */
  modelCard: artifact('MODEL.md', text),
  /** SHA-256 of every other file. */
  checksums: artifact('SHA256SUMS', text),
} as const;

/** Keys of what a release says of a distilled set beside its images and labels, by the set's folder. */
export const releasedSetKeys = (folder: string) => ({
  /** A line an image, as the imagefolder loaders of dataset libraries read them. */
  metadata: `${folder}/train/metadata.jsonl`,
  /** What a loader must know to feed the images to a net as the run did. */
  normalization: `${folder}/normalization.json`,
});
