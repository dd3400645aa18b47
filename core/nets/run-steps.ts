import type * as tf from '@tensorflow/tfjs-core';

/** One step of a computation: the name of what it gives, and the names of what it reads. */
export interface GraphStep {
  readonly name: string;
  readonly inputs: readonly string[];
}

/**
 * Runs the steps that one value needs, in their order, and gives each value back after its last reader: a deep net on
 * many images would else hold all its maps at once. Gradients keep what they need for themselves.
 * @param given - values that are known; they stay the caller's
 * @param wanted - name of the value that is returned
 */
export const runSteps = <S extends GraphStep>(
  steps: readonly S[],
  given: Readonly<Record<string, tf.Tensor>>,
  wanted: string,
  run: (step: S, inputs: readonly tf.Tensor[]) => tf.Tensor,
): tf.Tensor => {
  const needed = stepsFor(steps, given, wanted);
  const lastReader = new Map(needed.flatMap(({ inputs }, i) => inputs.map((name) => [name, i] as const)));
  const values = new Map(Object.entries(given));
  needed.forEach((step, i) => {
    values.set(
      step.name,
      run(
        step,
        step.inputs.map((name) => values.get(name)!),
      ),
    );
    for (const name of new Set(step.inputs)) {
      if (given[name] !== undefined || lastReader.get(name) !== i) continue;
      values.get(name)!.dispose();
      values.delete(name);
    }
  });
  return values.get(wanted)!;
};

function stepsFor<S extends GraphStep>(
  steps: readonly S[],
  given: Readonly<Record<string, tf.Tensor>>,
  wanted: string,
): readonly S[] {
  const names = new Set([wanted]);
  const needed: S[] = [];
  for (const step of steps.toReversed()) {
    if (!names.has(step.name) || given[step.name] !== undefined) continue;
    needed.push(step);
    for (const name of step.inputs) names.add(name);
  }
  return needed.reverse();
}
