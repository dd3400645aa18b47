import { createInterface } from 'node:readline';
import type { Case } from './cases/case.ts';
import { jpegDecoding, pngDecoding } from './cases/decoding.ts';
import { convnetEmbedding, k2Embedding, mining, resnetEmbedding } from './cases/embedding.ts';
import { k2Fitting } from './cases/fitting.ts';
import { distributionMatching } from './cases/matching.ts';
import { convnetTraining, k2Training, resnetTraining } from './cases/training.ts';
import { startEngine } from './engines.ts';
import { readInputs } from './inputs.ts';
import { Task } from './protocol.ts';

const CASES: Readonly<Record<string, Case>> = {
  'convnet-training': convnetTraining,
  'convnet-embedding': convnetEmbedding,
  'k2-training': k2Training,
  'k2-embedding': k2Embedding,
  'k2-fitting': k2Fitting,
  'resnet-training': resnetTraining,
  'resnet-embedding': resnetEmbedding,
  matching: distributionMatching,
  'decode-png': pngDecoding,
  'decode-jpeg': jpegDecoding,
  mining,
};

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const task = Task.parse(JSON.parse(process.argv[2]!));
await startEngine(task.side, task.threads);
const work = await CASES[task.case]!(await readInputs(task.inputs), task);
await work.lap(task.warmUp);
say({ check: work.check });
for await (const _ of createInterface({ input: process.stdin })) say(await work.lap(task.steps));
say({ peakMiB: process.resourceUsage().maxRSS / 1024 });
process.exit(0);
