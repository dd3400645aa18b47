/** Variables of a process's environment, by what they say. A job's own parameters stand in `job-parameters.ts`. */
export const VARIABLE = {
  /** `s3://BUCKET` or `file:///FOLDER`: where `runs/` lies. */
  store: 'OMNIDISTILL_STORE',
  runId: 'OMNIDISTILL_RUN_ID',
  /** Backend to compute on, instead of the fastest one that works. */
  backend: 'OMNIDISTILL_BACKEND',
  /** What predicts, instead of the fastest that works: `onnxruntime`, or the backend. */
  inference: 'OMNIDISTILL_INFERENCE',
  /** Threads of one operation. */
  threads: 'OMNIDISTILL_THREADS',
} as const;
