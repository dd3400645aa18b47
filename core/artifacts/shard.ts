import type { z } from 'zod';
import { shardFolder } from '../contracts/keys.ts';
import { Candidate, Histogram } from '../contracts/mined.ts';
import type { Rejection } from '../contracts/rejections.ts';
import type { JobError, JobStats } from '../contracts/stats.ts';
import type { Images } from '../data/images.ts';
import { decodeParquet, encodeParquet, type ParquetColumn } from '../format/parquet.ts';
import type { NamedTensor } from '../format/safetensors.ts';
import { type Artifact, artifact, json } from './artifact.ts';
import { errorFile, rejectionsFile, statsFile, tensorsOf } from './job.ts';

export const CANDIDATE_COLUMNS: readonly ParquetColumn<keyof Candidate>[] = [
  { name: 'key', type: 'STRING' },
  { name: 'shard', type: 'INT32' },
  { name: 'row', type: 'INT32' },
  { name: 'sha256', type: 'STRING' },
  { name: 'label', type: 'INT32' },
  { name: 'similarity', type: 'DOUBLE' },
  { name: 'probability', type: 'DOUBLE' },
];

/** The objects that mining one shard leaves. */
export interface ShardFiles {
  readonly candidates: Artifact<readonly Candidate[]>;
  /** Images of the candidates, in their order. */
  readonly images: Artifact<Images<Uint8Array>>;
  readonly rejections: Artifact<readonly Rejection[]>;
  readonly histogram: Artifact<z.infer<typeof Histogram>>;
  readonly stats: Artifact<JobStats>;
  readonly error: Artifact<JobError>;
}

const SCRATCH = { scratch: true } as const;

export const shardFiles = (runId: string, round: number, shard: number): ShardFiles => {
  const folder = shardFolder(runId, round, shard);
  const candidates = {
    encode: (rows: readonly Candidate[]) => encodeParquet(CANDIDATE_COLUMNS, rows),
    decode: (bytes: Buffer) => decodeParquet(bytes, Candidate),
  };
  return {
    candidates: artifact(`${folder}/candidates.parquet`, candidates, SCRATCH),
    images: artifact(`${folder}/candidates.safetensors`, tensorsOf(imagesToTensors, imagesFromTensors), SCRATCH),
    rejections: rejectionsFile(folder, SCRATCH),
    histogram: artifact(`${folder}/histogram.json`, json(Histogram), SCRATCH),
    stats: statsFile(folder, SCRATCH),
    error: errorFile(folder, SCRATCH),
  };
};

function imagesToTensors({ count, size, channels, pixels }: Images<Uint8Array>): Record<string, NamedTensor> {
  return { pixels: { shape: [count, size, size, channels], data: pixels } };
}

function imagesFromTensors({ pixels }: Readonly<Record<string, NamedTensor>>): Images<Uint8Array> {
  const [count = 0, size = 0, , channels = 0] = pixels?.shape ?? [];
  if (!(pixels?.data instanceof Uint8Array)) throw new TypeError('Images need uint8 "pixels".');
  return { count, size, channels, pixels: pixels.data };
}
