import { describe, expect, it } from 'vitest';
import { classifierCodec } from '../../../core/artifacts/classifier.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { askClassifier } from '../../../core/inference/ask-classifier.ts';
import { predictOnce } from '../../../core/inference/predictor.ts';
import { cardFromMetadata, cardToMetadata, classifierFromTensors } from '../../../core/nets/classifier.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { toyClassifier, toyPixels, toyWeights } from '../../support/toy-classifier.ts';

const classifier = toyClassifier({ name: 'resnet', channels: 3 }, 2);
const bytes = Buffer.from(classifierCodec.encode(classifier));

describe('a classifier', () => {
  it('comes back from its file as it was', async () => {
    expect(await classifierCodec.decode(bytes)).toEqual(classifier);
  });

  it('says what its nets say: the released student is the measured one', async () => {
    await selectBackend({ forced: 'wasm' });
    const one = toyClassifier({});
    const images = toyPixels(one);
    const asked = await askClassifier(one, 'wasm');
    const said = await asked.classify(images);
    await asked.dispose();
    const net = await predictOnce(toyWeights({}), images);
    expect(said.logits).toEqual(net.logits);
    expect(said.embeddings).toEqual(net.embeddings);
    expect(said.probabilities.slice(0, 5).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });

  it('of several nets says the mean of what they say', async () => {
    await selectBackend({ forced: 'wasm' });
    const several = toyClassifier({}, 3);
    const images = toyPixels(several, 2);
    const asked = await askClassifier({ ...several, card: { ...several.card, temperature: 1 } }, 'wasm');
    const { probabilities, embeddings } = await asked.classify(images);
    await asked.dispose();
    const ones = await Promise.all(
      several.nets.map(async (net) => {
        const alone = await askClassifier({ card: { ...several.card, temperature: 1 }, nets: [net] }, 'wasm');
        const said = await alone.classify(images);
        await alone.dispose();
        return said;
      }),
    );
    probabilities.forEach((p, i) =>
      expect(p).toBeCloseTo(ones.reduce((sum, one) => sum + one.probabilities[i]!, 0) / 3, 5),
    );
    const width = several.card.embeddingSize;
    // The second image, seen by the third net.
    expect(embeddings.slice(5 * width)).toEqual(ones[2]!.embeddings.slice(width));
  });

  it('keeps what others have added to the metadata out of the card', () => {
    expect(cardFromMetadata({ ...cardToMetadata(classifier.card), format: 'pt' })).toEqual(classifier.card);
  });
});

describe('a file that holds no classifier is refused before it says anything', () => {
  const changed = (change: (file: ReturnType<typeof decodeSafetensors>) => void) => () => {
    const file = decodeSafetensors(bytes);
    change(file);
    return classifierFromTensors(decodeSafetensors(encodeSafetensors(file.tensors, file.metadata)));
  };

  it.each([
    [
      'no metadata',
      changed((file) => Object.keys(file.metadata).forEach((key) => delete file.metadata[key])),
      /no "classifierVersion"/,
    ],
    ['another version', changed((file) => (file.metadata.classifierVersion = '2')), /classifierVersion/],
    ['a temperature that is none', changed((file) => (file.metadata.temperature = '0')), /temperature/],
    ['metadata that are no JSON', changed((file) => (file.metadata.classes = 'angry, happy')), /classes/],
    [
      'another number of channels',
      changed((file) => (file.metadata.channels = '1')),
      /takes 1 channels, but "stem\.kernel" is \[3,3,3,8\]/,
    ],
    [
      'a node that reads what nothing gives',
      changed(
        (file) => (file.metadata.graph = file.metadata.graph!.replace('"inputs":["stem.relu"]', '"inputs":["x"]')),
      ),
      /"x" is given by no node before/,
    ],
    [
      'fewer classes',
      changed((file) => (file.metadata.classes = '["a","b"]')),
      /names 2 classes .* "head\.kernel" is \[64,5\]/,
    ],
    ['a net too few', changed((file) => (file.metadata.seeds = '[0,1,2]')), /"2\.stem\.kernel" is missing/],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});
