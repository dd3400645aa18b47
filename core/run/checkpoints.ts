import { setImmediate } from 'node:timers/promises';
import { checkpointFile } from '../artifacts/job.ts';
import type { Backend } from '../contracts/stats.ts';
import { EXIT_CODE, OmnidistillError } from '../errors.ts';
import type { NamedTensor } from '../format/safetensors.ts';
import type { Store } from '../store/store.ts';

/** Everything that a computation needs to go on where it stood. */
export type CheckpointState = Readonly<Record<string, NamedTensor>>;

/** The work was told to stop, and what it had is kept. */
export class InterruptedError extends OmnidistillError {
  public override readonly name = 'InterruptedError';
  public override readonly exitCode = EXIT_CODE.terminated;
}

/** What lets long work be stopped at any step and taken up again: the result is the same to the last bit. */
export interface Checkpointer {
  /** What an earlier attempt left under this name. */
  load(name: string): Promise<CheckpointState | undefined>;
  /**
   * To be called at every step: lets signals be heard, and keeps the state now and then.
   * @throws InterruptedError when the work was told to stop; the state is kept
   */
  step(name: string, state: () => CheckpointState): Promise<void>;
  /** Takes note of a part that is done, to be kept with the next state. */
  finish(name: string, state: CheckpointState): void;
  /** Keeps a state at once. @returns where it lies */
  save(name: string, state: CheckpointState): Promise<string>;
}

/** Work that nobody stops and nobody resumes. */
export const withoutCheckpoints: Checkpointer = {
  load: async () => undefined,
  step: async () => undefined,
  finish: () => undefined,
  save: async () => 'nowhere',
};

export interface CheckpointerOptions {
  readonly store: Store;
  /** Folder of the job: states lie below `checkpoints/` in it. */
  readonly folder: string;
  /** What computes, from `computerOf`; a state of another one is not gone on with, because it would sum in another order. */
  readonly computer: string;
  readonly signal: AbortSignal;
  /** Milliseconds between two states that are kept without being asked for. @default 60_000 */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;

/**
 * What has to be equal for a kept state to be gone on with: backend, versions, threads and GPU, and what predicts. `reason` is only
 * about the choice.
 */
export const computerOf = (backend: Backend | undefined): string =>
  JSON.stringify([
    backend?.name,
    backend?.threads,
    ...(backend?.device === undefined ? [] : [backend.device]),
    Object.entries(backend?.versions ?? {}).sort(),
    ...(backend?.inference === undefined ? [] : [Object.entries(backend.inference).sort()]),
  ]);

/** A checkpointer whose states are safetensors files in the store, one a name. */
export const storedCheckpointer = ({
  store,
  folder,
  computer,
  signal,
  everyMs = EVERY_MS,
}: CheckpointerOptions): Checkpointer => {
  const unsaved = new Map<string, CheckpointState>();
  let last = Date.now();

  const save = async (name: string, state: CheckpointState): Promise<string> => {
    unsaved.set(name, state);
    for (const [part, tensors] of unsaved) {
      await checkpointFile(folder, part).write(store, { tensors, metadata: { computer } });
      unsaved.delete(part);
    }
    last = Date.now();
    return `${store.root}/${checkpointFile(folder, name).key}`;
  };

  return {
    load: async (name) => {
      const kept = await checkpointFile(folder, name).find(store);
      return kept?.metadata.computer === computer ? kept.tensors : undefined;
    },
    step: async (name, state) => {
      await setImmediate();
      if (!signal.aborted && Date.now() - last < everyMs) return;
      const place = await save(name, state());
      if (signal.aborted) throw new InterruptedError(`Told to stop. The next attempt goes on from ${place}.`);
    },
    finish: (name, state) => {
      unsaved.set(name, state);
    },
    save,
  };
};
