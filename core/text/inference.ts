import type { Inference } from '../contracts/stats.ts';

/** What predicted beside the backend, e.g. `onnxruntime 1.30.0 on AMD EPYC`. */
export const inferenceWords = ({ name, version, processor }: Inference): string => `${name} ${version} on ${processor}`;
