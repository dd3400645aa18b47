import { onnxModel, onnxValue } from '../format/onnx-messages.ts';
import { type OnnxWriter, onnxWriter } from '../format/onnx-writer.ts';
import type { Message } from '../format/protobuf.ts';
import { type Classifier, type ClassifierCard, cardToMetadata } from '../nets/classifier.ts';
import { LEAST_PROBABILITY } from '../nets/classify.ts';
import type { FoldedTensors } from '../nets/folded.ts';
import type { Net } from '../nets/net.ts';
import { type Said, writeNet } from './onnx-net.ts';

const DOC =
  'pixels: uint8 [n, size, size, channels], row-major. Standardised inside. ' +
  'probabilities are calibrated: softmax(logits / temperature).';

/**
 * A classifier as an ONNX model: `pixels` uint8 `[n, size, size, channels]` in; `logits` and `probabilities` `[n, classes]` and
 * `embedding` `[n, numbers]` out. It is written from the graph that runs here, node by node.
 */
export const encodeOnnx = (classifier: Classifier): Buffer => {
  const { card, nets } = classifier;
  const { size, channels, classes, embeddingSize } = card;
  const parts: Message[] = [];
  const writer = onnxWriter(parts);
  writeImages(writer, card);
  const said = nets.map((tensors, net) => writeNet(writer, card, tensors, SEEN, `net${net}/`));
  writeAnswer(writer, card, said);
  parts.push(
    onnxValue('input', 'pixels', 'uint8', ['n', size, size, channels]),
    onnxValue('output', 'logits', 'float', ['n', classes.length]),
    onnxValue('output', 'probabilities', 'float', ['n', classes.length]),
    onnxValue('output', 'embedding', 'float', ['n', embeddingSize * nets.length]),
  );
  return onnxModel({ name: 'classifier', doc: DOC, parts, metadata: cardToMetadata(card) });
};

/**
 * A net alone, which a run predicts with: `standardised` float32 `[n, size, size, channels]` in; `embedding` `[n, numbers]` and
 * `logits` `[n, classes]` out.
 */
export const encodeNetOnnx = (
  net: Pick<Net, 'graph' | 'size' | 'channels' | 'classes' | 'embeddingSize' | 'mirror'>,
  tensors: FoldedTensors,
): Buffer => {
  const { size, channels, classes, embeddingSize, mirror } = net;
  const parts: Message[] = [];
  const writer = onnxWriter(parts);
  writeSeen(writer, mirror);
  const { embedding, logits } = writeNet(writer, net, tensors, SEEN, 'net/');
  writer.node('Identity', [embedding], 'embedding');
  writer.node('Identity', [logits], 'logits');
  parts.push(
    onnxValue('input', STANDARDISED, 'float', ['n', size, size, channels]),
    onnxValue('output', 'embedding', 'float', ['n', embeddingSize]),
    onnxValue('output', 'logits', 'float', ['n', classes]),
  );
  return onnxModel({
    name: 'net',
    doc: 'standardised: float [n, size, size, channels], row-major.',
    parts,
    metadata: {},
  });
};

/** Name of the images, standardised: `[n, size, size, channels]`. */
const STANDARDISED = 'standardised';
/** Name of the standardised images, which may have their mirrors behind them: `[n or 2n, channels, size, size]`. */
const SEEN = 'seen';
const FIRST_INT64 = -(2n ** 63n);

function writeImages(writer: OnnxWriter, { deviationFloor, mirror }: ClassifierCard): void {
  const { node, floats } = writer;
  const overImage = { axes: [1, 2, 3], keepdims: 1 };
  const values = node('Cast', ['pixels'], 'values', { to: 1 });
  const centred = node('Sub', [values, node('ReduceMean', [values], 'mean', overImage)], 'centred');
  const squares = node('Mul', [centred, centred], 'squares');
  const deviation = node('Sqrt', [node('ReduceMean', [squares], 'variance', overImage)], 'deviation');
  const floor = floats('deviation-floor', [], Float32Array.of(deviationFloor * 255));
  node('Div', [centred, node('Max', [deviation, floor], 'divisor')], STANDARDISED);
  writeSeen(writer, mirror);
}

/** The standardised images with channels first, and their mirrors behind them where they are seen as well. */
function writeSeen({ node, integers }: OnnxWriter, mirror: boolean): void {
  const images = node('Transpose', [STANDARDISED], mirror ? 'images' : SEEN, { perm: [0, 3, 1, 2] });
  if (!mirror) return;
  const backwards = [
    integers('mirror-starts', [-1]),
    integers('mirror-ends', [FIRST_INT64]),
    integers('mirror-axes', [3]),
    integers('mirror-steps', [-1]),
  ];
  node('Concat', [images, node('Slice', [images, ...backwards], 'mirrored')], SEEN, { axis: 0 });
}

function writeAnswer({ node, floats }: OnnxWriter, { temperature }: ClassifierCard, said: readonly Said[]): void {
  const scalar = (name: string, value: number): string => floats(name, [], Float32Array.of(value));
  node(
    'Concat',
    said.map(({ embedding }) => embedding),
    'embedding',
    { axis: 1 },
  );
  if (said.length === 1) node('Identity', [said[0]!.logits], 'logits');
  else {
    const each = said.map(({ logits }, net) => node('Softmax', [logits], `net${net}/probabilities`, { axis: 1 }));
    const mean = node('Mean', each, 'mean-probabilities');
    node('Log', [node('Max', [mean, scalar('least-probability', LEAST_PROBABILITY)], 'told-apart')], 'logits');
  }
  node('Softmax', [node('Div', ['logits', scalar('temperature', temperature)], 'scaled')], 'probabilities', {
    axis: 1,
  });
}
