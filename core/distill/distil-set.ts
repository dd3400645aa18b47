import type { DistilledImages } from '../artifacts/distilled.ts';
import { makeBank } from '../bank/make-bank.ts';
import { hasBanks } from '../contracts/config.ts';
import type { DistilledSet } from '../contracts/distilled.ts';
import { METHODS, type Method, neededOf } from '../contracts/methods.ts';
import type { DrawnSet } from '../contracts/names.ts';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import { viewsOf } from '../data/views.ts';
import { argmaxRows } from '../nets/logits.ts';
import { materialByClass } from './material.ts';
import type { Distil, DistillInput } from './method.ts';
import { ensembleSoftLabels } from './teacher.ts';

/**
 * Makes one distilled set (or baseline) from the mined images, with the teachers' soft labels on the images that its views were made
 * from, where it learns none of its own, and on many varied and mixed views as a student will see them.
 */
export async function distilSet({ draw, ...spec }: DrawnSet, input: DistillInput): Promise<DistilledImages> {
  const { classes, labelled, mined, teachers } = input;
  const { ipc } = spec;
  const { factor } = METHODS[spec.method];
  const distil = await loadMethod(spec.method);
  const material = materialByClass(mined, labelled, classes.length, neededOf(spec.method, ipc));
  const {
    images,
    provenance,
    sources,
    labels: learned,
    stepSizes,
  } = await distil({ ...input, ipc, draw, factor, material });
  const classOf = Int32Array.from({ length: images.count }, (_, i) => Math.floor(i / ipc));
  const seen = await ensembleSoftLabels(teachers, viewsOf(images, factor));
  const card: DistilledSet = {
    spec,
    draw,
    classes: [...classes],
    size: images.size,
    channels: images.channels,
    factor,
    images: images.count,
    normalization: { kind: 'per-image', deviationFloor: DEVIATION_FLOOR },
    provenance,
    agreement: agreementOf(seen, classOf, classes),
    ...(stepSizes && { stepSizes: [...stepSizes] }),
  };
  // Of a view that is less sharp than the image it was made from, the teachers say more wrong than that it teaches.
  const taught = factor > 1 && sources !== undefined ? await ensembleSoftLabels(teachers, sources) : seen;
  const labels = learned ?? taught;
  if (!hasBanks(input.config)) return { ...images, spec: card, labels, classOf };
  const stream = ['set', spec.method, ipc, draw];
  const bank = await makeBank({ ...images, factor }, classes, teachers, input.config, stream);
  return { ...images, spec: card, labels, classOf, bank };
}

/** By class, the share of its views that the teachers take for that class. @param seen - `[views, classes]` */
function agreementOf(seen: Float32Array, classOf: Int32Array, classes: readonly string[]): Record<string, number> {
  const said = argmaxRows(seen, classes.length);
  const views = said.length / classOf.length;
  const shares = classes.map((name, label) => {
    const own = [...said.keys()].filter((view) => classOf[Math.floor(view / views)] === label);
    return [name, own.filter((view) => said[view] === label).length / own.length] as const;
  });
  return Object.fromEntries(shares);
}

/** The code of a method, found by its name; the bundler packs every file of the folder. */
export async function loadMethod(name: Method): Promise<Distil> {
  const { distil } = (await import(`./methods/${name}.ts`)) as { readonly distil: Distil };
  return distil;
}
