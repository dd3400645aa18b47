import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { z } from 'zod';
import { positive, whole } from '../../cli/numbers.ts';
import { METHODS, Method } from '../../core/contracts/methods.ts';
import { type LabelledImages, selectLabelled } from '../../core/data/images.ts';
import { messageOf } from '../../core/errors.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { type DistillData, readData } from './data.ts';
import { type Known, type Made, type Making, makeSet, trainKnown } from './make-set.ts';
import { accuracyOn, convNet, trainedOn } from './protocol.ts';
import { type Found, tableOf } from './tables.ts';

const list = (text: string): string[] => text.split(',');
const Trial = z.object({ accuracy: z.number(), seconds: z.number(), knownStart: z.number().optional() });

const program = new Command('bench:distill')
  .description('What a ConvNet learns from distilled sets of a benchmark of the literature.')
  .argument('[data]', 'mnist, a folder of files like MNIST’s, or one of train/<class>/ and test/<class>/', 'mnist')
  .option('--methods <names>', 'separated by commas', list, [
    'random',
    'herding',
    'k-center',
    'packed',
    'dm-whole',
    'dm',
  ])
  .option('--ipc <numbers>', 'images per class, separated by commas', list, ['1', '10'])
  .option('--width <n>', 'of the net that learns from a set', whole(1), 128)
  .option('--distil-width <n>', 'of the nets that sets are made by', whole(1), 32)
  .option('--steps <n>', 'of matching', whole(1), 600)
  .option('--learning-rate <n>', 'of matching', positive, 0.05)
  .option('--fresh <part>', 'of the matched nets that have learned nothing', Number, 0.25)
  .option('--real <n>', 'real images of a class in a step', whole(1), 64)
  .option('--views <n>', 'views of a class in a step', whole(1), 1000)
  .option('--pretrain-steps <numbers>', 'of the matched nets that have learned something', list, ['50', '120', '350'])
  .option('--nets-each <n>', 'of these nets, for each number', whole(1), 2)
  .option('--teacher-steps <n>', 'of the net that selects and labels', whole(1), 600)
  .option('--training <n>', 'images that sets are made of, the first of all; left out, all of them', whole(1))
  .option('--soft', 'learn from the soft labels of a net that learned from everything, in place of classes', false)
  .option('--train-steps <n>', 'of training on a set', whole(1), 400)
  .option('--batch <n>', 'images a step of it', whole(1), 64)
  .option('--nets <n>', 'nets of each set', whole(1), 3)
  .option('--draws <n>', 'of a set in which chance has a part', whole(1), 2)
  .option('--seed <n>', 'of all randomness', whole(0), 0)
  .option('--out <folder>', 'what was measured; it is not done again', 'out/distill')
  .parse();

interface Given extends Making {
  readonly methods: readonly string[];
  readonly training?: number;
  readonly ipc: readonly string[];
  readonly distilWidth: number;
  readonly trainSteps: number;
  readonly batch: number;
  readonly nets: number;
  readonly draws: number;
  readonly out: string;
}

try {
  await work(program.args[0] ?? 'mnist', program.opts<Given>());
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function work(source: string, given: Given): Promise<void> {
  await selectBackend({});
  const whole = await readData(source, fileURLToPath(new URL('../.cache', import.meta.url)));
  const data = given.training === undefined ? whole : { ...whole, training: firstOf(whole.training, given.training) };
  const making: Making = { ...given, width: given.distilWidth };
  let known: Promise<Known> | undefined;
  const found: Found[] = [];
  for (const ipc of given.ipc.map(Number)) {
    for (const name of given.methods) {
      const method = Method.parse(name);
      for (let draw = 0; draw < (METHODS[method].drawn ? given.draws : 1); draw++) {
        const folder = join(given.out, data.name, `${method}-ipc${ipc}-${draw}${given.soft ? '-soft' : ''}`);
        const make = async () => {
          known ??= trainKnown(data, making);
          return timed(await known, (nets) => makeSet(data, method, ipc, draw, making, nets));
        };
        for (const trial of await trials(folder, data, make, given)) {
          found.push({ method, ipc, ...trial });
        }
      }
    }
  }
  console.log(tableOf(data.name, found));
}

/** What the nets of one set say, of which those that were trained before are not trained again. */
async function trials(
  folder: string,
  data: DistillData,
  make: () => Promise<{ readonly value: Made; readonly seconds: number }>,
  { width, trainSteps, batch, nets, seed }: Given,
): Promise<z.infer<typeof Trial>[]> {
  const places = Array.from({ length: nets }, (_, i) => join(folder, `${i}.json`));
  const missing = places.filter((place) => !existsSync(place));
  if (missing.length > 0) {
    const { value, seconds } = await make();
    const { set, ...rest } = value;
    mkdirSync(folder, { recursive: true });
    for (const place of missing) {
      const stream = ['on-set', seed, places.indexOf(place)];
      const weights = await trainedOn(set, convNet(data, width), { steps: trainSteps, batch }, stream);
      writeFileSync(place, JSON.stringify({ accuracy: accuracyOn(weights, data.test), seconds, ...rest }));
    }
  }
  return places.map((place) => Trial.parse(JSON.parse(readFileSync(place, 'utf8'))));
}

function firstOf(images: LabelledImages, count: number): LabelledImages {
  return selectLabelled(
    images,
    Array.from({ length: Math.min(count, images.count) }, (_, i) => i),
  );
}

async function timed<In, Out>(given: In, work: (given: In) => Promise<Out>) {
  const start = performance.now();
  const value = await work(given);
  return { value, seconds: (performance.now() - start) / 1000 };
}
