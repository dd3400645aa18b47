import { releaseFiles } from '../../artifacts/release.ts';
import { isJunk } from '../../data/junk-files.ts';
import { messageOf } from '../../errors.ts';
import { sha256 } from '../../format/sha256.ts';
import type { Store } from '../../store/store.ts';
import { counted } from '../../text/format.ts';
import type { Finding } from './check.ts';
import { parseChecksums } from './checksums.ts';

const CHECKSUMS = releaseFiles.checksums.key;

/** What hubs, version control and loaders put into a folder that is shared. */
const ADDED = /^(\.git|\.cache|\.huggingface)(\/|$)|(^|\/)\.git(attributes|ignore|keep|modules)$/;

/** Hashes every file and names each that is missing, changed or not listed; what desktops and hubs add is passed over. */
export const verifyFiles = async (store: Store): Promise<Finding[]> => {
  const sums = await readSums(store);
  if (!(sums instanceof Map)) return [sums];
  const faults: Finding[] = [];
  for (const [name, sum] of sums) {
    const bytes = await store.get(name);
    if (bytes === undefined) faults.push(fault(`${name} is missing.`));
    else if (sha256(bytes) !== sum) faults.push(fault(`${name} has changed: SHA-256 is ${sha256(bytes)}, not ${sum}.`));
  }
  let added = 0;
  for await (const { key } of store.list('')) {
    if (key === CHECKSUMS || sums.has(key)) continue;
    if (ADDED.test(key) || isJunk(key)) added += 1;
    else faults.push(fault(`${key} is not listed in ${CHECKSUMS}.`));
  }
  return faults.length > 0
    ? faults
    : [{ ok: true, line: `${sums.size} files have the listed SHA-256.${passedOver(added)}` }];
};

async function readSums(store: Store): Promise<Map<string, string> | Finding> {
  const text = await store.get(CHECKSUMS);
  if (text === undefined) return fault(`${CHECKSUMS} is missing: nothing says what the files should be.`);
  try {
    return parseChecksums(text.toString('utf8'));
  } catch (error) {
    return fault(messageOf(error));
  }
}

function passedOver(added: number): string {
  return added === 0 ? '' : ` Passed over: ${counted(added, 'file')} of a hub, of git or of a desktop.`;
}

function fault(line: string): Finding {
  return { ok: false, line };
}
