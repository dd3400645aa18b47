import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { extract, pack } from 'tar-stream';
import { duplicateCardsFile } from '../core/artifacts/copies.ts';
import { gateFiles } from '../core/artifacts/gate.ts';
import { labelledSetFile, poolPreviewFile } from '../core/artifacts/inputs.ts';
import { modelFiles } from '../core/artifacts/model.ts';
import { planFile, shardManifestFile } from '../core/artifacts/run.ts';
import type { ModelCard } from '../core/contracts/model.ts';
import type { Plan } from '../core/contracts/plan.ts';
import { isImage } from '../core/data/image-files.ts';
import type { Images } from '../core/data/images.ts';
import { GRADIENTS } from '../core/gate/gradients.ts';
import type { Perceptron } from '../core/gate/perceptron.ts';
import { makePrototypes } from '../core/nets/prototypes.ts';
import { parameterCount } from '../core/nets/weights.ts';
import { openStore } from '../core/store/open.ts';
import type { Store } from '../core/store/store.ts';
import { random } from '../core/tensor/random.ts';
import { type BenchInputs, CLASSES, CONFIG, K2, k2Weights, VALUES } from './inputs.ts';

export const RUN_ID = 'bench';
const CLASS_NAMES = Array.from({ length: CLASSES }, (_, label) => `class-${label}`);
/** As many labelled images as the standard benchmark has: each pool image is compared with all of them. */
const LABELLED = 700;
/** Images of the pool's preview, which copies within the pool are told apart by. */
const PREVIEW = 800;

/** Encoded images of a folder, of its tar shards and of its own files, as many as there are up to `most`. */
const readPool = async (folder: string, most: number): Promise<Buffer[]> => {
  const images: Buffer[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (images.length >= most) break;
    if (isImage(name)) images.push(await readFile(join(folder, name)));
    if (!name.endsWith('.tar')) continue;
    const entries = extract();
    const reading = pipeline(createReadStream(join(folder, name)), entries);
    for await (const entry of entries) images.push(await buffer(entry));
    await reading;
  }
  return images.slice(0, most);
};

const writeTar = async (path: string, images: readonly Buffer[], count: number): Promise<void> => {
  const tar = pack();
  const writing = pipeline(tar, createWriteStream(path));
  for (let i = 0; i < count; i++) tar.entry({ name: `${String(i).padStart(6, '0')}.png` }, images[i % images.length]!);
  tar.finalize();
  await writing;
};

const card = (role: ModelCard['role']): ModelCard => ({
  role,
  seed: 0,
  round: 0,
  net: 'k2',
  width: CONFIG.net.width,
  classes: CLASS_NAMES,
  image: { size: CONFIG.image.size, channels: CONFIG.image.channels },
  mirror: true,
  parameters: parameterCount(K2),
  trainedOn: { labelled: LABELLED, mined: 0 },
  finalLoss: 1,
});

/** A prototype in a random direction for each class: what is near to which does not matter to the clock. */
const prototypes = () => {
  const width = K2.embeddingSize;
  const draw = random('bench', 'prototypes');
  const embeddings = Float32Array.from({ length: CLASSES * width }, () => draw.normal());
  return makePrototypes(embeddings, Int32Array.from(CLASS_NAMES.keys()), CLASSES);
};

/** A vote of the gate's size; what it says does not matter to the clock. */
const vote = (seed: number): Perceptron => {
  const draw = random('bench', 'gate', seed);
  const hidden = 48;
  const drawn = (length: number): Float32Array => Float32Array.from({ length }, () => draw.normal());
  const layer = {
    mean: drawn(GRADIENTS),
    scale: drawn(GRADIENTS),
    kernel: drawn(GRADIENTS * hidden),
    bias: drawn(hidden),
  };
  return { inputs: GRADIENTS, hidden, ...layer, head: drawn(hidden), headBias: 0 };
};

/** What keeps junk and copies out of a standard run, ready to look at every image and to refuse none. */
const writeGuards = async (store: Store, preview: Images<Uint8Array>): Promise<void> => {
  const gate = gateFiles(RUN_ID);
  const votes = [0, 1, 2];
  await gate.votes.write(store, votes.map(vote));
  const passed = { labelled: 1, junk: {} };
  const scale = votes.map(() => ({ median: 0, spread: 1 }));
  await gate.card.write(store, {
    junk: { on: true, why: '', labelled: LABELLED, votes: scale, highest: 1e9, passed, unused: [] },
    limits: {},
    sample: { images: 0, rejected: {} },
  });
  const card = { references: LABELLED, threshold: 1 };
  await duplicateCardsFile(RUN_ID).write(store, { labelled: card, pool: card });
  await poolPreviewFile(RUN_ID).write(store, preview);
};

/**
 * Writes a store in which shard i is a tar of `sizes[i]` images and everything a mining job reads lies ready.
 * @param pool - folder of tar shards or images; repeated where a shard is larger
 */
export const writeMiningStore = async (
  folder: string,
  pool: string,
  sizes: readonly number[],
  inputs: BenchInputs,
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const store = openStore(pathToFileURL(folder).href);
  const images = await readPool(pool, Math.max(...sizes));
  for (const [index, size] of sizes.entries()) {
    const tar = `shard-${index}.tar`;
    await writeTar(join(folder, tar), images, size);
    await shardManifestFile(RUN_ID, index).write(store, { index, format: 'tar', root: store.root, parts: [tar] });
  }
  const uri = pathToFileURL(pool).href;
  const plan: Plan = {
    runId: RUN_ID,
    labelled: uri,
    pool: uri,
    benchmarks: {},
    config: CONFIG,
    classes: CLASS_NAMES,
    labelledCounts: CLASS_NAMES.map(() => LABELLED / CLASSES),
    folds: 1,
    shardCount: sizes.length,
  };
  await planFile(RUN_ID).write(store, plan);
  await labelledSetFile(RUN_ID).write(store, {
    ...CONFIG.image,
    count: LABELLED,
    pixels: inputs.material.slice(0, LABELLED * VALUES),
    labels: Int32Array.from({ length: LABELLED }, (_, i) => i % CLASSES),
    keys: Array.from({ length: LABELLED }, (_, i) => `labelled/${i}.png`),
    sha256: Array.from({ length: LABELLED }, (_, i) => i.toString(16).padStart(64, '0')),
  });
  await writeGuards(store, {
    ...CONFIG.image,
    count: PREVIEW,
    pixels: inputs.material.slice(0, PREVIEW * VALUES),
  });
  const miners = Array.from({ length: CONFIG.mining.nets }, (_, seed) => ['primitive', seed] as const);
  for (const [role, seed] of [...miners, ['fold', 0] as const]) {
    const files = modelFiles(RUN_ID, role, seed, 0);
    await files.card.write(store, card(role));
    await files.weights(card(role)).write(store, k2Weights(inputs));
    await files.prototypes.write(store, prototypes());
    await files.heldOut.write(store, {
      rows: Int32Array.from({ length: LABELLED }, (_, i) => i),
      logits: Float32Array.from({ length: LABELLED * CLASSES }, (_, i) =>
        i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 1 : 0,
      ),
      embeddings: new Float32Array(LABELLED * K2.embeddingSize),
    });
  }
};
