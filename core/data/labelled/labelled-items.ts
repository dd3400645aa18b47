import { withField } from '../../errors.ts';
import { mapInOrder } from '../../map-in-order.ts';
import { cropped } from '../crop.ts';
import type { ImageLimits } from '../decode.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import type { LabelledSource } from './labelled-format.ts';
import { openLabelled } from './registry.ts';

/** Files that are read at once. */
const AHEAD = 16;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The images of a labelled set, ready to be decoded: read, cut to their boxes, and a file that is not there any more as
 * `missing`. Errors name the field.
 * @throws what the format throws
 */
export function labelledItems(
  source: LabelledSource,
  limits: Pick<ImageLimits, 'maxBytes' | 'maxPixels'>,
): AsyncGenerator<RawItem> {
  let expected = limits.maxBytes;
  const load = async (item: RawItem): Promise<RawItem> => {
    if (item.kind !== 'stored') return item;
    const { key, className, box } = item;
    const bytes = await item.load(limits.maxBytes);
    if (!Buffer.isBuffer(bytes)) {
      const { reason, detail } = bytes;
      return rejectedItem(key, reason === 'gone' ? 'missing' : reason, detail, className);
    }
    expected = Math.max(bytes.length, expected / 2);
    return box === undefined
      ? { kind: 'encoded', key, className, bytes }
      : cropped({ key, className, box, bytes }, limits);
  };
  const bytesOf = ({ kind }: RawItem): number => (kind === 'stored' ? expected : 0);
  return mapInOrder(withField(source.field, rawItems(source, limits)), AHEAD, load, { most: MOST_BYTES, of: bytesOf });
}

async function* rawItems(source: LabelledSource, limits: Pick<ImageLimits, 'maxBytes'>): AsyncGenerator<RawItem> {
  const { format, source: found } = await openLabelled(source);
  yield* format.read(found, limits);
}
