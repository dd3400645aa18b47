import type { Readable } from 'node:stream';
import type { SampleImage } from '../../contracts/sample-image.ts';
import { ShardUnreadableError } from '../../errors.ts';
import { type Member, samplesOf } from '../archives/samples.ts';
import { type TarMember, tarMembers } from '../archives/tar-members.ts';
import { kindOfName } from '../image-files.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { refusalOf } from '../refusal.ts';

export interface TarSource {
  /** Names the shard in an error. */
  readonly uri: string;
  /** Start of every key: the shard's path in the pool. */
  readonly name: string;
  readonly stream: Readable;
}

/**
 * The images of a tar shard, packed with gzip or not, in the order of the archive; of several of one sample the one that is
 * chosen. At most two members are in memory, and none that is longer than `maxBytes`. Where the archive is cut or damaged,
 * what came before is given and then one `truncated-archive`.
 * @param choice - of several images of a sample
 * @throws ShardUnreadableError when there is no tar header at its start
 * @throws what the stream throws when reading it fails
 */
export const readTar = (source: TarSource, maxBytes: number, choice?: SampleImage): AsyncGenerator<RawItem> =>
  samplesOf(membersOf(source, maxBytes), choice);

async function* membersOf({ uri, name, stream }: TarSource, maxBytes: number): AsyncGenerator<Member> {
  for await (const member of tarMembers(stream)) {
    if (!('fault' in member)) {
      const found = await memberOf(name, member, maxBytes);
      if (found !== undefined) yield found;
    } else if (member.isTar) {
      yield { kind: 'archive', path: '', item: rejectedItem(name, 'truncated-archive', member.fault ?? '') };
    } else throw new ShardUnreadableError(uri, 0, { cause: member.cause, reason: member.fault });
  }
}

async function memberOf(name: string, { path, size, read }: TarMember, maxBytes: number): Promise<Member | undefined> {
  const key = `${name}/${path}`;
  const kind = kindOfName(path);
  if (kind === 'other') {
    return { kind, path, item: rejectedItem(key, 'no-image', 'is no image by its name') };
  }
  if (size > maxBytes) {
    const item = rejectedItem(key, 'too-many-bytes', `${size} bytes, at most ${maxBytes} are read`);
    return { kind: kind === 'image' ? 'image' : 'other', path, item };
  }
  const bytes = await read();
  if (bytes === undefined) return undefined;
  const refusal = kind === 'image' ? undefined : refusalOf(bytes);
  return refusal === undefined
    ? { kind: 'image', path, item: { kind: 'encoded', key, bytes } }
    : { kind: 'other', path, item: rejectedItem(key, refusal.reason, refusal.detail) };
}
