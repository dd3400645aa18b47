import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fetchPackage, readPackage } from '../../bench/npm-package.ts';
import { evenly } from '../../bench/tasks/drawn/drawing.ts';
import { drawFaces } from '../../bench/tasks/drawn/faces.ts';
import { identifyModel } from '../../core/backbone/model-files.ts';
import { openBackbone } from '../../core/backbone/open-backbone.ts';
import { Backbone } from '../../core/contracts/backbones.ts';
import { decodeImage } from '../../core/data/decode.ts';
import { blankImages, imageAt } from '../../core/data/images.ts';
import { selectBackend } from '../../core/tensor/backend.ts';
import { fitHeads } from '../../core/train/backbone/fit-head.ts';
import { foldOf } from '../../core/train/folds.ts';
import { ALBUM } from '../../demo/looks.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What docs/backbone.md takes for its example. */
const PACKAGE = { name: '@vladmandic/human', version: '3.3.6' };
const FILES = { 'faceres.json': 'package/models/faceres.json', 'faceres.bin': 'package/models/faceres.bin' } as const;
const CLASSES = ['happy', 'neutral', 'surprise'];
const PER_CLASS = 8;
const FOLDS = 2;

describe('a model that somebody has published', () => {
  it('tells drawn expressions apart with a linear head, out of the package as it is', async (test) => {
    const archive = await fetchPackage(PACKAGE, join(projectFolder(), 'bench/.cache')).catch(() => undefined);
    if (archive === undefined) return test.skip(`npm cannot have ${PACKAGE.name}@${PACKAGE.version} here`);
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(await readPackage(archive, FILES))) {
      await writeFile(join(folder, name), bytes);
    }
    const backbone = Backbone.parse({
      uri: pathToFileURL(join(folder, 'faceres.json')).href,
      size: 224,
      deviation: 1 / 255,
      output: 'global_pooling/Mean',
    });
    await selectBackend({ forced: 'wasm' });
    const embedder = await openBackbone(backbone, await identifyModel(backbone.uri), 1);
    expect(embedder.width).toBe(1024);

    const faces = await drawFaces(ALBUM, evenly(CLASSES, PER_CLASS), ['found']);
    const images = blankImages(backbone, faces.length);
    for (const [i, { png }] of faces.entries()) {
      const decoded = await decodeImage(png, backbone, { maxPixels: 1e6, maxBytes: 1e6 });
      imageAt(images, i).set((decoded as { readonly pixels: Uint8Array }).pixels);
    }
    const embeddings = await embedder.embed(images);
    await embedder.dispose();
    const labels = Int32Array.from(faces, ({ label }) => CLASSES.indexOf(label));
    const set = { width: embedder.width, embeddings, labels, classes: CLASSES.length };
    const { accuracy } = fitHeads(set, foldOf(labels, CLASSES.length, FOLDS, 0), FOLDS);
    // Chance is right about a third.
    expect(accuracy).toBeGreaterThan(0.6);
  }, 600_000);
});
