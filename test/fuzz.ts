import { Command } from 'commander';
import { messageOf } from '../core/errors.ts';
import { random } from '../core/tensor/random.ts';
import { fuzzKinds, mutated } from './support/fuzz.ts';

/** What a damaged file may take beyond what reading sound ones takes. */
const MOST_GROWTH_MIB = 512;
/** Sound files of these sizes are read in milliseconds. */
const MOST_SECONDS = 20;

const { files, seed } = new Command('fuzz')
  .description('Reads damaged images, archives, tables and lists: each must be images or a refusal in words.')
  .option('--files <n>', 'damaged files, spread over all kinds', Number, 10_000)
  .option('--seed <n>', 'of what is damaged and how', Number, 1)
  .parse()
  .opts<{ files: number; seed: number }>();

const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

const { kinds, close } = await fuzzKinds();
const faults: string[] = [];
try {
  const whole = await Promise.all(kinds.map(({ sound }) => sound()));
  for (const [i, kind] of kinds.entries()) await kind.read(whole[i]!);
  const before = peakMiB();
  for (const [i, { name, read }] of kinds.entries()) {
    const count = Math.floor(((i + 1) * files) / kinds.length) - Math.floor((i * files) / kinds.length);
    const dice = random(seed, 'fuzz', name);
    const tally = { whole: 0, partly: 0, refused: 0 };
    let slowest = 0;
    for (let n = 0; n < count; n++) {
      const start = performance.now();
      try {
        const { images, refusals } = await read(mutated(whole[i]!, dice));
        tally[images === 0 ? 'refused' : refusals.length === 0 ? 'whole' : 'partly'] += 1;
        if (images === 0 && refusals.join('').length < 3) faults.push(`${name} ${n}: refused without a reason`);
      } catch (error) {
        faults.push(`${name} ${n}: ${messageOf(error)}`);
      }
      slowest = Math.max(slowest, (performance.now() - start) / 1000);
    }
    if (slowest > MOST_SECONDS) faults.push(`${name}: one took ${slowest.toFixed(1)} s`);
    const words = `${tally.whole} read, ${tally.partly} in part, ${tally.refused} refused`;
    console.log(`${name}: ${count} files, ${words}; the slowest took ${slowest.toFixed(2)} s`);
  }
  const growth = peakMiB() - before;
  console.log(`Memory grew by ${growth.toFixed(0)} MiB at most, from ${before.toFixed(0)} MiB.`);
  if (growth > MOST_GROWTH_MIB) faults.push(`Memory grew by more than ${MOST_GROWTH_MIB} MiB.`);
} finally {
  await close();
}
for (const fault of faults.slice(0, 20)) console.error(fault);
console.log(faults.length === 0 ? 'No fault.' : `${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
