import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Hash of a file of any length, as hex. */
export const hashFile = async (path: string, algorithm: 'sha256' | 'md5'): Promise<string> => {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
