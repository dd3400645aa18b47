import { type Classifier, classifierFromTensors, classifierToTensors } from '../nets/classifier.ts';
import { type Artifact, artifact, binary, type Codec } from './artifact.ts';
import { safetensors } from './job.ts';

/** What a release offers to classify images with: the net of the first seed, and those of all seeds together. */
export const CLASSIFIERS = ['student', 'ensemble'] as const;
export type ClassifierName = (typeof CLASSIFIERS)[number];

/** One classifier in the forms that others read. */
export interface ClassifierFiles {
  readonly tensors: Artifact<Classifier>;
  readonly onnx: Artifact<Buffer>;
  /** Of TensorFlow.js: two files in a folder. */
  readonly tfjs: { readonly model: string; readonly weights: string };
}

export const classifierCodec: Codec<Classifier> = {
  encode: (classifier) => safetensors.encode(classifierToTensors(classifier)),
  decode: async (bytes) => classifierFromTensors(await safetensors.decode(bytes)),
};

/** Keys are below the release's root. */
export const classifierFiles = (name: ClassifierName): ClassifierFiles => ({
  tensors: artifact(`model/${name}.safetensors`, classifierCodec),
  onnx: artifact(`model/${name}.onnx`, binary),
  tfjs: { model: `model/${name}-tfjs/model.json`, weights: `model/${name}-tfjs/weights.bin` },
});
