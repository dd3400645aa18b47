import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyImages } from '../../../../core/classify/classify-images.ts';
import { openModel } from '../../../../core/classify/open-model.ts';
import { sourcesOf } from '../../../../core/classify/sources.ts';
import { startClassifier } from '../../../../core/classify/start.ts';
import { modelCard } from '../../../../core/publish/release/model-card.ts';
import { releasedModels } from '../../../../core/publish/release/model-files.ts';
import { releaseEval } from '../../../../core/publish/release/protocol.ts';
import { openStore } from '../../../../core/store/open.ts';
import { collect, LIMITS } from '../../../support/images.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { pythonWith } from '../../../support/python.ts';
import { plan, RUN, summary, writeSmallRelease } from '../../../support/small-release.ts';

const root = mkdtempSync(join(tmpdir(), 'model-card-'));
const release = join(root, 'runs', RUN, 'release');
afterAll(() => rmSync(root, { recursive: true }));

/** What `predict` says of the image. */
let wanted: readonly number[];
/** Blocks of the card's code by their language, as they stand there. */
const blocks = new Map<string, string[]>();

beforeAll(async () => {
  await writeSmallRelease(openStore(pathToFileURL(root).href));
  // Of the size that the model takes, so that no two resamplings can differ; colourful, because greys do.
  const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 89 + i * i * 7) % 256);
  const image = sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } }).png();
  writeFileSync(join(release, 'image.jpg'), await image.toBuffer());
  const model = await openModel(pathToFileURL(release).href, 'student');
  const asked = await startClassifier(model, { threads: 1 });
  const uri = pathToFileURL(join(release, 'image.jpg')).href;
  const [source] = await sourcesOf([{ typed: uri, uri }], (work) => work());
  const [item] = await collect(classifyImages(source!.shards, asked, { size: 16, channels: 1 }, LIMITS));
  await asked.dispose();
  if (item?.kind !== 'image') throw new Error('The image was not read.');
  wanted = [...item.probabilities];
  for (const [, language, code] of (await readFile(join(release, 'MODEL.md'), 'utf8')).matchAll(
    /^```(\w+)\n(.*?)^```$/gms,
  )) {
    blocks.set(language!, [...(blocks.get(language!) ?? []), code!]);
  }
});

/** The numbers that a program printed. */
const printed = (command: string, args: readonly string[]): number[] =>
  [...execFileSync(command, args, { cwd: release, encoding: 'utf8', stdio: 'pipe' }).matchAll(/^\d\.\d+/gm)].map(
    Number,
  );

const expectWanted = (said: readonly number[]): void => {
  expect(said).toHaveLength(wanted.length);
  // Four digits are printed.
  said.forEach((p, i) => expect(Math.abs(p - wanted[i]!)).toBeLessThan(2e-4));
};

describe("the model card's lines, run as they stand, say what predict says", () => {
  it('in Node', { timeout: 60_000 }, () => {
    symlinkSync(resolve(import.meta.dirname, '../../../../node_modules'), join(release, 'node_modules'));
    const lines = `${blocks.get('js')![0]}\nfor (const p of Object.values(said)) console.log(p.toFixed(6));\n`;
    writeFileSync(join(release, 'card.mjs'), lines);
    expectWanted(printed('node', ['card.mjs']));
  });

  it.for([
    ['onnxruntime in Python', ['onnxruntime', 'numpy', 'PIL'], [0]],
    ['PyTorch', ['torch', 'safetensors', 'numpy', 'PIL'], [1, 2]],
  ] as const)('in %s', { timeout: 120_000 }, ([, packages, parts], test) => {
    const python = pythonWith(...packages);
    if (python === undefined) return test.skip(`no python3 has ${packages.join(', ')}`);
    expectWanted(printed(python, ['-c', parts.map((part) => blocks.get('python')![part]).join('\n')]));
  });
});

it('gives a class name no way out of the card: no markup, no code, no turn of direction', async () => {
  const store = memoryStore();
  await writeSmallRelease(store);
  const classes = ['<b>|x', '\u202e`"];\n```\nprocess.exit()'];
  const models = await releasedModels(store, { ...plan, classes }, 0);
  const card = modelCard(releaseEval({ ...plan, classes }, summary, [], { test: 2 }), summary, models);
  expect(card).not.toContain('\u202e');
  expect(card).not.toContain('<b>|x |');
  // Opening and closing fences in pairs: the name has added none.
  expect(card.match(/^```/gm)).toHaveLength(12);
});
