import type { NamedTensor } from '../format/safetensors.ts';
import type { CheckpointState } from '../run/checkpoints.ts';
import { type AdamWState, freshAdamW } from '../tensor/adamw.ts';
import type { BatchesState } from './batches.ts';

/** The loss of a step, which counts from 1. */
export interface LossAt {
  readonly step: number;
  readonly loss: number;
}

/** Training after some of its steps. */
export interface FitState {
  readonly optimiser: AdamWState;
  /** Moving average of the parameters. */
  readonly average: Float32Array;
  /** Absent before the first batch. */
  readonly batches: BatchesState | undefined;
  readonly losses: readonly LossAt[];
}

/** Training that has not begun. */
export const freshFit = (parameters: Float32Array): FitState => ({
  optimiser: freshAdamW(parameters),
  average: parameters,
  batches: undefined,
  losses: [],
});

export const lossTensors = (losses: readonly LossAt[]): Record<string, NamedTensor> => ({
  lossSteps: vector(Int32Array.from(losses, ({ step }) => step)),
  losses: vector(Float32Array.from(losses, ({ loss }) => loss)),
});

export const lossesFrom = (state: CheckpointState): LossAt[] =>
  [...state.lossSteps!.data].map((step, i) => ({ step, loss: state.losses!.data[i]! }));

export const encodeFit = ({ optimiser, average, batches, losses }: FitState): CheckpointState => ({
  stepCount: vector(Int32Array.of(optimiser.stepCount)),
  parameters: vector(optimiser.parameters),
  mean: vector(optimiser.mean),
  square: vector(optimiser.square),
  average: vector(average),
  ...lossTensors(losses),
  ...(batches === undefined ? {} : { draw: vector(batches.draw) }),
  ...Object.fromEntries(
    (batches?.shuffles ?? []).flatMap(({ order, position }, i) => [
      [`order${i}`, vector(order)],
      [`position${i}`, vector(Int32Array.of(position))],
    ]),
  ),
});

/** @param parts - of the mixture, as many as there were when the state was taken */
export const decodeFit = (state: CheckpointState, parts: number): FitState => ({
  optimiser: {
    stepCount: integers(state, 'stepCount')[0]!,
    parameters: floats(state, 'parameters'),
    mean: floats(state, 'mean'),
    square: floats(state, 'square'),
  },
  average: floats(state, 'average'),
  batches: state.draw && {
    draw: integers(state, 'draw'),
    shuffles: Array.from({ length: parts }, (_, i) => ({
      order: integers(state, `order${i}`),
      position: integers(state, `position${i}`)[0]!,
    })),
  },
  losses: lossesFrom(state),
});

function vector(data: Float32Array | Int32Array): NamedTensor {
  return { shape: [data.length], data };
}

function integers(state: CheckpointState, name: string): Int32Array {
  return state[name]!.data as Int32Array;
}

function floats(state: CheckpointState, name: string): Float32Array {
  return state[name]!.data as Float32Array;
}
