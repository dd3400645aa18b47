import { unitRows } from '../../data/unit-rows.ts';
import type { Weights } from '../../nets/weights.ts';
import type { ClassMaterial } from '../material.ts';
import { assemble, type Distil } from '../method.ts';
import { cheapest, farthestFirst } from '../select.ts';
import { embed, ensembleSoftLabels } from '../teacher.ts';

/**
 * Whole mined images that have something to teach: the teachers are sure of them and the primitives, which know the labelled
 * images alone, are wrong. They are also far from one another, by the direction of the first teacher's embeddings.
 * @see arXiv 2604.18811, whose CAD-Prune keeps images of a difficulty that fits the compute; the score and the greedy choice are
 * this project's own
 */
export const distil: Distil = (task) =>
  assemble(task, async (material, wanted) => {
    const embeddings = await embed(task.teachers[0]!, material);
    const width = embeddings.length / material.count;
    const sure = await chances(task.teachers, material);
    const known = await chances(task.primitives, material);
    const scores = sure.map((chance, i) => chance * (1 - known[i]!));
    return selectInstructive(unitRows(embeddings, width), width, scores, wanted);
  });

/**
 * The row with the highest score, then always the row whose score, times the squared distance to the nearest chosen one, is
 * highest; the lower index wins a tie.
 * @param embeddings - `[n, width]`
 * @param scores - `[n]`, 0 or more
 * @returns k rows, or all of them
 */
export function selectInstructive(embeddings: Float32Array, width: number, scores: Float32Array, k: number): number[] {
  const best = cheapest(scores.length, new Set(), (row) => -scores[row]!);
  return farthestFirst(embeddings, width, k, best, (row) => scores[row]!);
}

/** How likely nets hold it on average that the images of a class are of it. */
async function chances(nets: readonly Weights[], material: ClassMaterial): Promise<Float32Array> {
  const rows = await ensembleSoftLabels(nets, material);
  const classes = rows.length / material.count;
  return Float32Array.from({ length: material.count }, (_, i) => rows[i * classes + material.label]!);
}
