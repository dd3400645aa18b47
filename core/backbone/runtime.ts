import type { BackboneFormat } from '../contracts/backbones.ts';
import type { ModelFiles } from './model-files.ts';

/** Something that goes into a model or comes out of it. */
export interface ModelValue {
  readonly name: string;
  /** `float32`, `uint8`, … */
  readonly type: string;
  /** Length of each axis; a text or a negative number where the model leaves it open. Absent where it says nothing. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** What a model says of some images. */
export interface ModelOutput {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A model that is ready to be run; `dispose` it. */
export interface LoadedModel {
  /** What runs it, with its version. */
  readonly runtime: string;
  readonly inputs: readonly ModelValue[];
  /** What it computes by its own word. */
  readonly outputs: readonly ModelValue[];
  /** Names of values on the way that can be had as well. */
  readonly inner: ReadonlySet<string>;
  /**
   * @param input - float32 of this shape, for the model's only input
   * @param output - one of `outputs` or `inner`
   */
  run(input: Float32Array, shape: readonly number[], output: string): Promise<ModelOutput>;
  dispose(): Promise<void>;
}

/** A file in `runtimes/` exports this as `load`. Throws anything where the files hold no such model. */
export type LoadModel = (files: ModelFiles, threads: number) => Promise<LoadedModel>;

/** The code of a runtime, found by the format that it reads; the bundler packs every file of the folder. */
export async function loadRuntime(format: BackboneFormat): Promise<LoadModel> {
  const { load } = (await import(`./runtimes/${format}.ts`)) as { readonly load: LoadModel };
  return load;
}
