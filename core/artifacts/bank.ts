import { BankCard } from '../contracts/bank.ts';
import { labelledBankFolder } from '../contracts/keys.ts';
import { DataError } from '../errors.ts';
import { fromLabelBytes, toLabelBytes } from '../format/label-bytes.ts';
import { matrix } from '../format/safetensors.ts';
import { sha256 } from '../format/sha256.ts';
import { type Artifact, artifact, type Codec } from './artifact.ts';
import { safetensors } from './job.ts';

/** Labels of the views of some images, which the card's recipe makes of them. A beginning of it is a smaller bank. */
export interface LabelBank {
  readonly card: BankCard;
  readonly count: number;
  /** `[count, classes]`, rows sum to 1; in a file each is a byte. */
  readonly labels: Float32Array;
}

/** Where a file says what it is, and what it was when it was written. */
const CARD = 'omnidistill';
const SUM = 'sha256';

/** The label bank in a folder of a set, or of a release. */
export const bankFile = (folder: string): Artifact<LabelBank> => artifact(`${folder}/bank.safetensors`, labelBank);

/** The bank of the labelled images themselves: what labels alone give to whoever has them. */
export const labelledBankFile = (runId: string, round: number, draw: number): Artifact<LabelBank> =>
  bankFile(labelledBankFolder(runId, round, draw));

const labelBank: Codec<LabelBank> = {
  encode({ card, count, labels }) {
    const [text, data] = [JSON.stringify(card), toLabelBytes(labels, card.classes.length)];
    const metadata = { [CARD]: text, [SUM]: sumOf(text, data) };
    return safetensors.encode({ tensors: { labels: matrix(count, data) }, metadata });
  },
  async decode(bytes) {
    const { tensors, metadata } = await safetensors.decode(bytes);
    const text = metadata[CARD] ?? 'null';
    const card = BankCard.parse(JSON.parse(text));
    const { labels } = tensors;
    if (!(labels?.data instanceof Uint8Array)) throw new TypeError('A label bank needs uint8 "labels".');
    const { shape, data } = labels;
    const sum = sumOf(text, data);
    if (sum !== metadata[SUM]) {
      const wanted = metadata[SUM] ?? 'nothing';
      throw new DataError(
        `A label bank was changed after it was written: its SHA-256 is ${sum}, and it says ${wanted}.`,
      );
    }
    const [count = 0, classes] = shape;
    if (shape.length !== 2 || count === 0 || classes !== card.classes.length) {
      const wanted = `A label bank of ${card.classes.length} classes needs as many labels for each of its views`;
      throw new RangeError(`${wanted}, [views, classes]. Received [${shape}].`);
    }
    return { card, count, labels: fromLabelBytes(data, classes) };
  },
};

/** SHA-256 of the card as it is written, with the labels: another seed shows other views, to which no label belongs. */
function sumOf(card: string, labels: Uint8Array): string {
  return sha256(Buffer.concat([Buffer.from(card), labels]));
}
