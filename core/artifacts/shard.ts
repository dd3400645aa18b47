import { z } from 'zod';
import { shardFolder } from '../contracts/keys.ts';
import { Candidate, ScoreHistogram } from '../contracts/mined.ts';
import { MINING_SCORE_NAMES, type MiningScore } from '../contracts/mining-scores.ts';
import type { Rejection } from '../contracts/rejections.ts';
import { JOBS, type JobCounts } from '../contracts/stages.ts';
import type { JobError, JobStats } from '../contracts/stats.ts';
import type { Sketches } from '../copies/sketches.ts';
import type { Thumbnails } from '../copies/thumbnails.ts';
import type { Images } from '../data/images.ts';
import { decodeParquet, encodeParquet, type ParquetColumn } from '../format/parquet.ts';
import { matrix } from '../format/safetensors.ts';
import { type Artifact, artifact, type Codec, json } from './artifact.ts';
import { errorFile, imagesIn, rejectionsFile, statsFile, tensorsOf } from './job.ts';

/** Rows, and the mining score that is in them: a file says what it was mined by, in the name of that column. */
export interface Scored<Row> {
  readonly score: MiningScore;
  readonly rows: readonly Row[];
}

/** Columns that every row has; that of the score is named after it. */
export const scoredColumns = (score: MiningScore): readonly ParquetColumn<Exclude<keyof Candidate, 'sureness'>>[] => [
  { field: 'key', type: 'STRING' },
  { field: 'shard', type: 'INT32' },
  { field: 'row', type: 'INT32' },
  { field: 'sha256', type: 'STRING' },
  { field: 'label', type: 'INT32' },
  { field: 'score', name: score, type: 'DOUBLE' },
];

export const candidateColumns = (score: MiningScore): readonly ParquetColumn<keyof Candidate>[] => [
  ...scoredColumns(score),
  { field: 'sureness', type: 'DOUBLE' },
];

/** Rows with the column of a score; they are read whichever it is. */
export function scoredRows<Row extends Readonly<Record<string, unknown>>>(
  schema: z.ZodType<Row>,
  columns: (score: MiningScore) => readonly ParquetColumn<Extract<keyof Row, string>>[],
): Codec<readonly Row[], Scored<Row>> {
  return {
    encode: ({ score, rows }) => encodeParquet(columns(score), rows),
    decode: (bytes) => decodeParquet(bytes, z.preprocess(withScore, schema)),
  };
}

/** The objects that mining one shard leaves. */
export interface ShardFiles {
  readonly candidates: Artifact<readonly Candidate[], Scored<Candidate>>;
  /** Images of the candidates, in their order. */
  readonly images: Artifact<Images<Uint8Array>>;
  /** `[candidates, folds]`: what each part's head says of them that has not seen it. Only where a backbone mined. */
  readonly foldLabels: Artifact<FoldLabels>;
  /** Of the candidates, in their order: what copies within the pool are found by. Absent where none are looked for. */
  readonly sketches: Artifact<Sketches>;
  /** Of the candidates, in their order: what tells whether two whose sketches are alike are copies. */
  readonly thumbnails: Artifact<Thumbnails>;
  readonly rejections: Artifact<readonly Rejection[]>;
  readonly histogram: Artifact<ScoreHistogram>;
  readonly stats: Artifact<JobStats<JobCounts<'mine'>>>;
  readonly error: Artifact<JobError>;
}

/** Labels of candidates by several heads. */
export interface FoldLabels {
  readonly folds: number;
  /** `[candidates, folds]` */
  readonly labels: Int32Array;
}

const SCRATCH = { scratch: true } as const;

const foldLabels = tensorsOf<FoldLabels>(
  ({ folds, labels }) => ({ labels: { shape: [labels.length / folds, folds], data: labels } }),
  ({ labels }) => {
    if (!(labels?.data instanceof Int32Array)) throw new TypeError('Labels by the folds need int32 "labels".');
    return { folds: labels.shape[1]!, labels: labels.data };
  },
);

const sketches = tensorsOf<Sketches>(
  ({ count, words }) => ({ words: matrix(count, words) }),
  ({ words }) => {
    if (!(words?.data instanceof Int32Array)) throw new TypeError('Sketches need int32 "words".');
    return { count: words.shape[0]!, words: words.data };
  },
);

export const shardFiles = (runId: string, round: number, shard: number): ShardFiles => {
  const folder = shardFolder(runId, round, shard);
  return {
    candidates: artifact(`${folder}/candidates.parquet`, scoredRows(Candidate, candidateColumns), SCRATCH),
    images: artifact(
      `${folder}/candidates.safetensors`,
      imagesIn('pixels', Uint8Array, 'Images need uint8 "pixels".'),
      SCRATCH,
    ),
    foldLabels: artifact(`${folder}/fold-labels.safetensors`, foldLabels, SCRATCH),
    sketches: artifact(`${folder}/sketches.safetensors`, sketches, SCRATCH),
    thumbnails: artifact(
      `${folder}/thumbnails.safetensors`,
      imagesIn('pixels', Uint8Array, 'Thumbnails need uint8 "pixels".'),
      SCRATCH,
    ),
    rejections: rejectionsFile(folder, SCRATCH),
    histogram: artifact(`${folder}/histogram.json`, json(ScoreHistogram), SCRATCH),
    stats: statsFile(folder, JOBS.mine.counts, SCRATCH),
    error: errorFile(folder, SCRATCH),
  };
};

/** A score's own column under the name that it has in the code. */
export function withScore(columns: unknown): Record<string, unknown> {
  const fields = { ...(columns as Readonly<Record<string, unknown>>) };
  for (const name of MINING_SCORE_NAMES) {
    if (!(name in fields)) continue;
    fields.score = fields[name];
    delete fields[name];
  }
  return fields;
}
