import { BankCard } from '../contracts/bank.ts';
import { labelledBankFolder } from '../contracts/keys.ts';
import { fromLabelBytes, toLabelBytes } from '../format/label-bytes.ts';
import { matrix } from '../format/safetensors.ts';
import { type Artifact, artifact, type Codec } from './artifact.ts';
import { safetensors } from './job.ts';

/** Labels of the views of some images, which the card's recipe makes of them. A beginning of it is a smaller bank. */
export interface LabelBank {
  readonly card: BankCard;
  readonly count: number;
  /** `[count, classes]`, rows sum to 1; in a file each is a byte. */
  readonly labels: Float32Array;
  /** Which of its candidates each view is `[count]`. */
  readonly picks: Uint8Array;
}

/** Where a file says what it is. */
const CARD = 'omnidistill';

/** The label bank in a folder of a set, or of a release. */
export const bankFile = (folder: string): Artifact<LabelBank> => artifact(`${folder}/bank.safetensors`, labelBank);

/** The bank of the labelled images themselves: what labels alone give to whoever has them. */
export const labelledBankFile = (runId: string, round: number, draw: number): Artifact<LabelBank> =>
  bankFile(labelledBankFolder(runId, round, draw));

const labelBank: Codec<LabelBank> = {
  encode: ({ card, count, labels, picks }) =>
    safetensors.encode({
      tensors: {
        labels: matrix(count, toLabelBytes(labels, card.classes.length)),
        ...(card.recipe.candidates > 1 && { picks: { shape: [count], data: picks } }),
      },
      metadata: { [CARD]: JSON.stringify(card) },
    }),
  async decode(bytes) {
    const { tensors, metadata } = await safetensors.decode(bytes);
    const card = BankCard.parse(JSON.parse(metadata[CARD] ?? 'null'));
    const { labels, picks } = tensors;
    if (!(labels?.data instanceof Uint8Array)) throw new TypeError('A label bank needs uint8 "labels".');
    const { shape, data } = labels;
    const [count = 0, classes] = shape;
    if (shape.length !== 2 || count === 0 || classes !== card.classes.length) {
      const wanted = `A label bank of ${card.classes.length} classes needs as many labels for each of its views`;
      throw new RangeError(`${wanted}, [views, classes]. Received [${shape}].`);
    }
    return { card, count, labels: fromLabelBytes(data, classes), picks: picksOf(card, count, picks?.data) };
  },
};

function picksOf({ recipe }: BankCard, count: number, picks: unknown): Uint8Array {
  if (recipe.candidates === 1) return new Uint8Array(count);
  if (!(picks instanceof Uint8Array) || picks.length !== count) {
    throw new RangeError(`A label bank of ${recipe.candidates} candidates a view needs uint8 "picks", one a view.`);
  }
  const beyond = picks.findIndex((pick) => pick >= recipe.candidates);
  if (beyond >= 0) {
    throw new RangeError(`Pick ${beyond} must be below ${recipe.candidates}. Received ${picks[beyond]}.`);
  }
  return picks;
}
