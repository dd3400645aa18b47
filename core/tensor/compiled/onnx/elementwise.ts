import { ONNX_TYPES } from '../../../format/onnx-messages.ts';
import { cast, type Translate } from './translate.ts';

const unary =
  (op: string): Translate =>
  ({ node }, { of }) => [node(op, [of.x!])];
const binary =
  (op: string): Translate =>
  ({ node }, { of }) => [node(op, [of.a!, of.b!])];

/** Kernels that do with each number the same; shapes are broadcast alike on both sides. */
export const ELEMENTWISE: Readonly<Record<string, Translate>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Abs: unary('Abs'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Neg: unary('Neg'),
  Sqrt: unary('Sqrt'),
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  Cos: unary('Cos'),
  Sin: unary('Sin'),
  Identity: (_, { of }) => [of.x!],
  Square: ({ node }, { of }) => [node('Mul', [of.x!, of.x!])],
  Rsqrt: ({ node }, { of }) => [node('Reciprocal', [node('Sqrt', [of.x!])])],
  SquaredDifference: ({ node }, { of }) => {
    const difference = node('Sub', [of.a!, of.b!]);
    return [node('Mul', [difference, difference])];
  },
  // 1 above zero, else `alpha`, which is 0 wherever nobody says otherwise.
  Step: ({ node, float }, { of, attributes }) =>
    attributes.alpha ? undefined : [node('Cast', [node('Greater', [of.x!, float(0)])], { to: ONNX_TYPES.float })],
  Cast: (graph, { inputs, outputs, of }) => [cast(graph, of.x!, inputs.x!.dtype, outputs[0]!.dtype)],
  Select: ({ node }, { of }) => [node('Where', [of.condition!, of.t!, of.e!])],
};
