import { OmnidistillError } from '../errors.ts';
import { type Checkpointer, type CheckpointState, withoutCheckpoints } from '../run/checkpoints.ts';
import { type Random, resumeRandom } from '../tensor/random.ts';
import { type AdamRows, decodeAdamRows, encodeAdamRows } from './adam-rows.ts';

/** What is optimised holds something that is no number. */
export class NotFiniteError extends OmnidistillError {
  public override readonly name = 'NotFiniteError';

  /** @param place - where the state before that step lies */
  public constructor(what: string, step: number, place: string) {
    super(
      `The ${what} of a distilled set are no numbers any more after step ${step}. Lower the learning rates below distill ` +
        `(matching.learningRate, unroll.learningRate). The state before that step is kept in ${place}.`,
    );
  }
}

export interface OptimiseOptions {
  /** Name of the state among the checkpoints: one for each optimisation of a job. */
  readonly name: string;
  readonly steps: number;
  readonly draw: Random;
  /** @default an optimisation that cannot be resumed */
  readonly checkpointer?: Checkpointer | undefined;
  /** Called after every step, which counts from 1. */
  readonly onStep: (step: number) => void;
}

/** What one step has. */
export interface OptimiseStep<Name extends string> {
  /** Changed in place. */
  readonly moving: Readonly<Record<Name, AdamRows>>;
  /** From 0 on. */
  readonly step: number;
  readonly draw: Random;
}

/**
 * Takes the steps of an optimisation. Where a checkpoint holds its state it goes on from there and ends with the same bits.
 * @param start - what is optimised, where it starts
 * @returns the same where it ended
 * @throws NotFiniteError when a step leaves what is no number
 * @throws InterruptedError when the work is told to stop
 */
export const optimise = async <Name extends string>(
  start: Readonly<Record<Name, AdamRows>>,
  { name, steps, draw: fresh, checkpointer = withoutCheckpoints, onStep }: OptimiseOptions,
  take: (step: OptimiseStep<Name>) => Promise<void>,
): Promise<Readonly<Record<Name, AdamRows>>> => {
  const parts = Object.entries(start) as [Name, AdamRows][];
  const earlier = await checkpointer.load(name);
  const draw = earlier === undefined ? fresh : resumeRandom(earlier.draw!.data as Int32Array);
  const resumed = (part: Name, rows: AdamRows): AdamRows =>
    earlier === undefined ? rows : decodeAdamRows(part, earlier, rows.width);
  const moving = Object.fromEntries(parts.map(([part, rows]) => [part, resumed(part, rows)])) as Record<Name, AdamRows>;
  const state = (step: number): CheckpointState => ({
    step: { shape: [1], data: Int32Array.of(step) },
    draw: { shape: [4], data: draw.state() },
    ...Object.assign({}, ...parts.map(([part]) => encodeAdamRows(part, moving[part]))),
  });
  for (let step = earlier?.step?.data[0] ?? 0; step < steps; step++) {
    const before = state(step);
    await checkpointer.step(name, () => before);
    await take({ moving, step, draw });
    const lost = parts.find(([part]) => !moving[part].values.every(Number.isFinite));
    if (lost !== undefined) throw new NotFiniteError(lost[0], step + 1, await checkpointer.save(name, before));
    onStep(step + 1);
  }
  checkpointer.finish(name, state(steps));
  return moving;
};
