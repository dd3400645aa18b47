import type { RawItem } from '../raw-item.ts';
import { rejectionLog } from '../rejections.ts';
import { type Survey, surveyOf } from './labelled-format.ts';

/**
 * Counts the images that a format gives, where listing them costs no more than this.
 * @param order - of the classes, as far as it is known
 */
export async function surveyItems(items: AsyncIterable<RawItem>, order: readonly string[] = []): Promise<Survey> {
  const counts = new Map<string, number>();
  const leftOut = rejectionLog(1);
  for await (const item of items) {
    if (item.kind === 'rejected') leftOut.add(item.rejection);
    else if (item.className !== undefined) counts.set(item.className, (counts.get(item.className) ?? 0) + 1);
  }
  const { counts: reasons, listed } = leftOut.soFar();
  return surveyOf(counts, order, listed.length === 0 ? undefined : { counts: reasons, example: listed[0] });
}
