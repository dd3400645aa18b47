import type { DistilledImages } from '../../artifacts/distilled.ts';
import { type ReleasedView, viewPath } from '../../artifacts/released-views.ts';
import { setName } from '../../contracts/names.ts';
import { imageAt, toBytes } from '../../data/images.ts';
import { splitViews } from '../../data/views.ts';
import { encodePng } from '../../format/png.ts';

/**
 * The views of a set one by one, as whoever takes its images for images should get them: a net that is shown the grids themselves
 * learns nothing.
 */
export const viewsInSet = (set: DistilledImages): ReleasedView[] => {
  const { spec, classOf, labels, size, channels } = set;
  const views = toBytes(splitViews(set, spec.factor));
  const each = spec.factor ** 2;
  const classes = spec.classes.length;
  return Array.from({ length: views.count }, (_, i) => {
    const [index, view] = [Math.floor(i / each), i % each];
    const label = classOf[index]!;
    return {
      image: {
        bytes: encodePng(imageAt(views, i), size, size, channels),
        path: viewPath(spec, label, index, view),
      },
      label,
      soft_label: [...labels.subarray(i * classes, (i + 1) * classes)],
      set: setName(spec.spec),
      index,
      view,
      made_from: madeFrom(spec.provenance[index] ?? [], view, each),
    };
  });
};

/** A view's own part of where its image came from, which has as many keys for each view. */
function madeFrom(keys: readonly string[], view: number, views: number): string[] {
  const own = keys.length / views;
  return Number.isInteger(own) ? keys.slice(view * own, (view + 1) * own) : [...keys];
}
