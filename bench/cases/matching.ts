import { classMeans } from '../../core/distill/class-means.ts';
import { matchDistributions } from '../../core/distill/match-distributions.ts';
import { byFeatures } from '../../core/distill/objective.ts';
import { random } from '../../core/tensor/random.ts';
import {
  type BenchInputs,
  CLASSES,
  CONFIG,
  IMAGES_PER_CLASS,
  k2Weights,
  MATERIAL_PER_CLASS,
  VALUES,
} from '../inputs.ts';
import { timedSteps } from '../stopwatch.ts';
import type { Case } from './case.ts';

/** Faces of a packed image along one side. */
const FACTOR = 2;
const { realPerClass, syntheticPerClass } = CONFIG.distill.matching;
const chosenPerClass = syntheticPerClass / FACTOR ** 2;

/** The first `material` real and `perClass` distilled images of every class. */
const images = (inputs: BenchInputs, material: number, perClass: number) => {
  const block = (label: number, stride: number, count: number): [number, number] => [
    label * stride * VALUES,
    (label * stride + count) * VALUES,
  ];
  const labels = Array.from({ length: CLASSES }, (_, label) => label);
  return {
    start: {
      ...CONFIG.image,
      count: CLASSES * perClass,
      perClass,
      factor: FACTOR,
      pixels: Float32Array.from(
        labels.flatMap((label) => [...inputs.synthetic.subarray(...block(label, IMAGES_PER_CLASS, perClass))]),
      ),
    },
    material: labels.map((label) => ({
      ...CONFIG.image,
      label,
      count: material,
      pixels: inputs.material.subarray(...block(label, MATERIAL_PER_CLASS, material)),
      keys: [],
    })),
  };
};

/** A stream whose first step does not mirror: what is left of chance is the order, which means do not see. */
const unmirrored = () => {
  for (let i = 0; ; i++) {
    const draw = random('bench', i);
    draw.below(1);
    if (draw.next() >= 0.5) return random('bench', i);
  }
};

/** Steps before the clock starts: among them are mirrored ones and others, so that the graphs of both are made. */
const BEFORE = 6;

/** One step of distribution matching: drawing, both passes through a folded k2, Adam on the pixels. */
export const distributionMatching: Case = async (inputs) => {
  const nets = [k2Weights(inputs)];
  const match = (of: ReturnType<typeof images>, steps: number, onStep: (step: number) => void = () => undefined) =>
    matchDistributions(
      of.start,
      of.material,
      nets,
      { ...CONFIG.distill.matching, steps },
      { objective: byFeatures(classMeans), draw: unmirrored(), onStep },
    );
  const few = images(inputs, realPerClass, chosenPerClass);
  const moved = await match(few, 1);
  const whole = images(inputs, MATERIAL_PER_CLASS, IMAGES_PER_CLASS);
  return {
    check: [...moved.map((value, i) => value - few.start.pixels[i]!)].filter((_, i) => i % 16 === 0),
    lap: async (steps) => ({
      ...(await timedSteps(BEFORE, steps, (all, onStep) => match(whole, all, onStep))),
      count: steps,
    }),
  };
};
