import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import loadWabt from 'wabt';

const FOLDER = join(import.meta.dirname, '../core/data/decoding');

/** The kernel of decoding as bytes in base64, out of its text. */
export const compileKernel = async (): Promise<string> => {
  const wabt = await loadWabt();
  const source = await readFile(join(FOLDER, 'kernel.wat'), 'utf8');
  const { buffer } = wabt.parseWat('kernel.wat', source, { simd: true }).toBinary({});
  return Buffer.from(buffer).toString('base64');
};

if (process.argv[1] === import.meta.filename) {
  const lines = (await compileKernel()).match(/.{1,110}/g)!;
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  const head = '/** `kernel.wat` as WebAssembly in base64; made by `npx tsx scripts/kernel.ts`. */\n';
  await writeFile(join(FOLDER, 'kernel-bytes.ts'), `${head}export const KERNEL =\n${text};\n`);
}
