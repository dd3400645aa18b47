import { differenceOf } from '../../core/statistics/crossed.ts';
import { random } from '../../core/tensor/random.ts';
import { INTERVALS } from './intervals.ts';
import { FACES, simulate, truthOf, type World } from './simulated-arms.ts';

/**
 * How often an interval holds the truth, and how often it calls a gain what is none: the tables of docs/statistics.md.
 * Usage: npx tsx bench/intervals/main.ts [REPETITIONS]
 */
const repetitions = Number(process.argv[2] ?? 1000);

const WORLDS: Readonly<Record<string, Omit<World, 'seeds'>>> = {
  'one draw': FACES,
  'one draw, 300 images': { ...FACES, images: 300 },
  'one draw, seeds differ three times as much': { ...FACES, seed: 0.045 },
  'one draw, seeds differ ten times as much': { ...FACES, seed: 0.15 },
  'one draw, a gain of about 5 points': { ...FACES, lift: 0.18 },
  'three draws': { ...FACES, draws: 3, draw: 0.02, drawForSeed: 0.01 },
  'three draws that differ three times as much': { ...FACES, draws: 3, draw: 0.06, drawForSeed: 0.02 },
  'two draws': { ...FACES, draws: 2, draw: 0.02, drawForSeed: 0.01 },
};

const percent = (count: number): string => ((100 * count) / repetitions).toFixed(1);

console.log(`| world, seeds | ${Object.keys(INTERVALS).join(' | ')} |`);
for (const [name, world] of Object.entries(WORLDS)) {
  for (const seeds of [3, 5, 10]) {
    const whole = { ...world, seeds };
    const truth = truthOf(whole);
    const tallies = Object.values(INTERVALS).map((interval) => ({ interval, holds: 0, above: 0, width: 0 }));
    const draw = random('coverage', name, seeds);
    for (let i = 0; i < repetitions; i++) {
      const { arm, reference } = simulate(whole, draw);
      const difference = differenceOf(arm, reference);
      for (const tally of tallies) {
        const { low, high } = tally.interval(difference, draw);
        if (low <= truth && truth <= high) tally.holds += 1;
        if (low > truth) tally.above += 1;
        tally.width += (high - low) / repetitions;
      }
    }
    const cells = tallies.map(
      ({ holds, above, width }) => `${percent(holds)} (${percent(above)}; ${(100 * width).toFixed(1)})`,
    );
    console.log(`| ${name}, ${seeds} | ${cells.join(' | ')} |`);
  }
}
