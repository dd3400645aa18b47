import type { ShardManifest } from '../../core/contracts/plan.ts';
import type { DecodedItem } from '../../core/data/decode-items.ts';
import { readShard } from '../../core/data/pool/read-shard.ts';
import { listPool } from '../../core/plan/list-pool.ts';
import { IMAGE, LIMITS } from './images.ts';

/** What a pool comes to: keys of the images, rejections by reason, and archives that cannot be read at all. */
export interface PoolOutcome {
  readonly keys: string[];
  readonly rejected: Record<string, number>;
  readonly details: string[];
  readonly unreadable: string[];
  readonly passedOver: Readonly<Record<string, number>>;
  readonly formats: Readonly<Record<string, number>>;
}

/** Lists and reads a whole pool as Plan and the miners do. */
export const readPool = async (uri: string, sampleImage = 'first', shardSize = 100): Promise<PoolOutcome> => {
  const shards: ShardManifest[] = [];
  const { found } = await listPool(uri, shardSize, async (shard) => void shards.push(shard));
  const outcome: PoolOutcome = { keys: [], rejected: {}, details: [], unreadable: [], ...found };
  const take = (item: DecodedItem): void => {
    if (item.kind === 'image') outcome.keys.push(item.key);
    else {
      const { key, reason, detail } = item.rejection;
      outcome.rejected[reason] = (outcome.rejected[reason] ?? 0) + 1;
      outcome.details.push(`${key}: ${detail}`);
    }
  };
  for (const manifest of shards) {
    try {
      for await (const item of readShard(manifest, IMAGE, { ...LIMITS, sampleImage })) take(item);
    } catch (error) {
      outcome.unreadable.push(String(error));
    }
  }
  return outcome;
};
