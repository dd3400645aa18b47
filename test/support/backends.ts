import type { BackendName } from '../../core/tensor/backend.ts';
import { type BackendOptions, tensorflowAddon } from '../../core/tensor/backend.ts';

/** The backends that can be tested on this machine; tensorflow only where `npm run setup:tensorflow` has run. */
export const testableBackends = (): BackendName[] => (tensorflowAddon() ? ['wasm', 'tensorflow'] : ['wasm']);

/** What can learn here: each backend by itself, and wasm with onnxruntime beside it, which runs what is compiled. */
export const testableLearners = (): (readonly [name: string, options: BackendOptions])[] => [
  ...testableBackends().map((name) => [name, { forced: name }] as const),
  ['wasm with onnxruntime', { forced: 'wasm', inference: 'onnxruntime' }],
];
