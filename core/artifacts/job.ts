import type { z } from 'zod';
import { Rejection } from '../contracts/rejections.ts';
import type { Tally } from '../contracts/stages.ts';
import { JobError, JobStats } from '../contracts/stats.ts';
import type { Images, Pixels } from '../data/images.ts';
import { decodeParquet, encodeParquet, type ParquetColumn } from '../format/parquet.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor, type Safetensors } from '../format/safetensors.ts';
import { type Artifact, type ArtifactOptions, artifact, type Codec, json } from './artifact.ts';

/** What a job says of itself, written last: where it stands, the job is done. */
export const statsFile = <Counts extends Tally>(
  folder: string,
  counts: z.ZodType<Counts>,
  options?: ArtifactOptions,
): Artifact<JobStats<Counts>> =>
  artifact(`${folder}/stats.json`, json(JobStats.extend({ counts }) as z.ZodType<JobStats<Counts>>), options);

/** Why a job gave up. */
export const errorFile = (folder: string, options?: ArtifactOptions): Artifact<JobError> =>
  artifact(`${folder}/error.json`, json(JobError), options);

/** The state of a computation in a job, by the computation's name. */
export const checkpointFile = (folder: string, name: string): Artifact<Safetensors> =>
  artifact(`${folder}/checkpoints/${name.replaceAll('/', '-')}.safetensors`, safetensors, { scratch: true });

const REJECTION: readonly ParquetColumn<keyof Rejection>[] = [
  { field: 'key', type: 'STRING' },
  { field: 'reason', type: 'STRING' },
  { field: 'detail', type: 'STRING' },
];

/** What a job left out, and why; a long list may be cut. */
export const rejectionsFile = (folder: string, options?: ArtifactOptions): Artifact<readonly Rejection[]> =>
  artifact(
    `${folder}/rejected.parquet`,
    {
      encode: (rows) => encodeParquet(REJECTION, rows),
      decode: (bytes) => decodeParquet(bytes, Rejection),
    },
    options,
  );

/** Tensors with their metadata. */
export const safetensors: Codec<Safetensors> = {
  encode: ({ tensors, metadata }) => encodeSafetensors(tensors, metadata),
  decode: decodeSafetensors,
};

/** Tensors by name, read as something else. */
export const tensorsOf = <Value>(
  encode: (value: Value) => Readonly<Record<string, NamedTensor>>,
  decode: (tensors: Readonly<Record<string, NamedTensor>>) => Value | Promise<Value>,
): Codec<Value> => ({
  encode: (value) => encodeSafetensors(encode(value)),
  decode: (bytes) => decode(decodeSafetensors(bytes).tensors),
});

/**
 * Images as the only tensor of a file, `[images, size, size, channels]`.
 * @param fault - what is said where there is no such tensor
 */
export const imagesIn = <P extends Pixels>(tensor: string, Kind: new () => P, fault: string): Codec<Images<P>> =>
  tensorsOf(
    ({ count, size, channels, pixels }) => ({ [tensor]: { shape: [count, size, size, channels], data: pixels } }),
    (tensors) => {
      const { shape = [], data } = tensors[tensor] ?? {};
      const [count = 0, size = 0, , channels = 0] = shape;
      if (!(data instanceof Kind)) throw new TypeError(fault);
      return { count, size, channels, pixels: data };
    },
  );
