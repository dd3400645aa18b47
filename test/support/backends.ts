import type { BackendName } from '../../core/tensor/backend.ts';
import { tensorflowAddon } from '../../core/tensor/backend.ts';

/** The backends that can be tested on this machine; tensorflow only where `npm run setup:tensorflow` has run. */
export const testableBackends = (): BackendName[] => (tensorflowAddon() ? ['wasm', 'tensorflow'] : ['wasm']);
