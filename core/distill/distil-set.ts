import type { DistilledImages } from '../artifacts/distilled.ts';
import { makeBank } from '../bank/make-bank.ts';
import { hasBanks } from '../contracts/config.ts';
import type { DistilledSet } from '../contracts/distilled.ts';
import { METHODS, type Method } from '../contracts/methods.ts';
import type { DrawnSet } from '../contracts/names.ts';
import { DEVIATION_FLOOR } from '../data/standardise.ts';
import { viewsOf } from '../data/views.ts';
import { materialByClass } from './material.ts';
import type { Distil, DistillInput } from './method.ts';
import { ensembleSoftLabels } from './teacher.ts';

/**
 * Makes one distilled set (or baseline) from the mined images, with the teachers' soft labels on what a student
 * will see: the views.
 */
export async function distilSet({ draw, ...spec }: DrawnSet, input: DistillInput): Promise<DistilledImages> {
  const { classes, labelled, mined, teachers } = input;
  const { ipc } = spec;
  const { factor } = METHODS[spec.method];
  const distil = await loadMethod(spec.method);
  const material = materialByClass(mined, labelled, classes.length, ipc * factor ** 2);
  const { images, provenance } = await distil({ ...input, ipc, draw, factor, material });
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
  };
  const classOf = Int32Array.from({ length: images.count }, (_, i) => Math.floor(i / ipc));
  const labels = await ensembleSoftLabels(teachers, viewsOf(images, factor));
  if (!hasBanks(input.config)) return { ...images, spec: card, labels, classOf };
  const stream = ['set', spec.method, ipc, draw];
  const bank = await makeBank({ ...images, factor }, classes, teachers, input.config, stream);
  return { ...images, spec: card, labels, classOf, bank };
}

/** The code of a method, found by its name; the bundler packs every file of the folder. */
export async function loadMethod(name: Method): Promise<Distil> {
  const { distil } = (await import(`./methods/${name}.ts`)) as { readonly distil: Distil };
  return distil;
}
