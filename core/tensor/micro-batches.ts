import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../errors.ts';

/** How tfjs-node words status 8 of TensorFlow, RESOURCE_EXHAUSTED. */
const OUT_OF_MEMORY = /TF_Status: 8\b|RESOURCE_EXHAUSTED|OOM when allocating/;

/** Whether an operation failed because its tensors do not fit into the memory of the device. */
export const isOutOfMemory = (error: unknown): boolean => OUT_OF_MEMORY.test(messageOf(error));

/** Work on many rows in passes that fit the device: gradient accumulation, where the work is a training step. */
export interface MicroBatches {
  /**
   * Runs `pass` over consecutive ranges of `count` rows. Where one does not fit the device's memory, it and those after
   * it take half as many rows; this and every later `run` stay with that, and a process warning says so.
   * The event loop turns after each pass, so that a signal is heard.
   * @throws what `pass` throws, out of memory only where a single row does not fit
   */
  run(count: number, pass: (start: number, rows: number) => void | Promise<void>): Promise<void>;
}

/**
 * @param unit - what a row is, for the warning
 * @param most - rows of a pass as long as they fit
 */
export const microBatches = (unit: string, most: number): MicroBatches => {
  let rows = most;
  return {
    async run(count, pass) {
      for (let start = 0; start < count; ) {
        const taken = Math.min(rows, count - start);
        try {
          await freeingOnError(() => pass(start, taken));
          start += taken;
        } catch (error) {
          if (!isOutOfMemory(error) || taken === 1) throw error;
          rows = Math.ceil(taken / 2);
          const message = `${taken} ${unit} at once do not fit the memory of the device: going on with ${rows}.`;
          process.emitWarning(message, { type: 'OutOfMemoryWarning', detail: messageOf(error) });
        }
        await setImmediate();
      }
    },
  };
};

/**
 * Runs work and, where it fails, frees what tfjs kept for its gradients: after an error in the forward pass nobody else
 * would (`Engine.saveTensorsForBackwardMode` keeps, and only a finished gradient disposes).
 */
async function freeingOnError(work: () => void | Promise<void>): Promise<void> {
  const engine = tf.engine();
  const keep = engine.keep;
  const kept: tf.Tensor[] = [];
  engine.keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tensor);
    return keep.call(engine, tensor) as T;
  };
  try {
    await work();
  } catch (error) {
    tf.dispose(kept);
    throw error;
  } finally {
    engine.keep = keep;
  }
}
