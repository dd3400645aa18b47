/** A stage that has begun. */
export interface LiveStage {
  /** Name of the state: `MineShards` */
  readonly name: string;
  readonly isDone: boolean;
  readonly seconds: number;
  readonly unit: 'job' | 'shard';
  readonly done: number;
  readonly failed: number;
  /** `null` where it is not known yet. */
  readonly total: number | null;
  /** Images that all its jobs together look at in a second, where that is known. */
  readonly imagesPerSecond: number | null;
}

/** A job that is being computed; `done` is 0 where it tells of no progress. */
export interface LiveJob {
  readonly label: string;
  readonly seconds: number;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** The loss of a role's nets, the mean over those that are trained. */
export interface LiveCurve {
  readonly role: string;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

export const LIVE_STATES = ['running', 'done', 'failed'] as const;

/** What the local page shows of a run (`browser/watch.ts`). Text in it may be of strangers, exactly as it was. */
export interface LiveStatus {
  readonly runId: string;
  readonly state: (typeof LIVE_STATES)[number];
  /** In the order in which they began. */
  readonly stages: readonly LiveStage[];
  readonly jobs: readonly LiveJob[];
  /** What deserves a line: warnings, retries, queues, cost. */
  readonly notes: readonly string[];
  readonly curves: readonly LiveCurve[];
  /** Whether the report can be asked for. */
  readonly hasReport: boolean;
  /** Why it failed. */
  readonly error?: string | undefined;
}
