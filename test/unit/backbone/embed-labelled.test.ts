import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { embedLabelled } from '../../../core/backbone/embed-labelled.ts';
import type { Embedder } from '../../../core/backbone/open-backbone.ts';
import { Backbone } from '../../../core/contracts/backbones.ts';
import { dropDuplicates } from '../../../core/data/image-set.ts';
import { type Images, imageAt } from '../../../core/data/images.ts';
import { readLabelled } from '../../../core/data/labelled/read-labelled.ts';
import { folderWith, greyPng, IMAGE, LIMITS } from '../../support/images.ts';

const backbone = Backbone.parse({ uri: 'file:///a.onnx', size: 32 });
const config = { image: IMAGE, limits: LIMITS, backbone };

/** Says the size of the images that it is given, and their middle pixel. */
const embedder: Embedder = {
  runtime: 'none',
  output: 'none',
  width: 3,
  embed: async (images: Images) =>
    Float32Array.from(
      Array.from({ length: images.count }, (_, i) => {
        const image = imageAt(images, i);
        return [images.size, images.channels, image[Math.floor(image.length / 2)]!];
      }).flat(),
    ),
  dispose: async () => undefined,
};

const prepared = async () => {
  const files: Record<string, Buffer | string> = {};
  for (let i = 0; i < 70; i++) files[`${i % 2 === 0 ? 'a' : 'b'}/${i}.png`] = await greyPng(i, 40);
  files['a/again.png'] = files['a/0.png']!;
  files['b/broken.png'] = 'no image';
  const uri = await folderWith(files);
  const source = { field: 'labelled', uri };
  const { set } = await readLabelled(source, ['a', 'b'], IMAGE, LIMITS);
  return { source, set: dropDuplicates(set, ['a', 'b']).set };
};

describe('Function: embedLabelled', () => {
  it('shows the backbone the files themselves in its own size, and no image that the run left out', async () => {
    const { source, set } = await prepared();
    expect(set.count).toBe(70);
    const told: number[] = [];
    const found = await embedLabelled(embedder, source, set, config, (done) => told.push(done));
    expect(found).toHaveLength(70 * 3);
    expect([...found.subarray(0, 2)]).toEqual([32, 3]);
    expect(told).toEqual([64, 70]);
    // Each in its own row: images of other seeds differ in the middle.
    expect(new Set(Array.from({ length: 70 }, (_, i) => found[3 * i + 2])).size).toBeGreaterThan(20);
  });

  it('ends where an image is not the one any more that the run was prepared with', async () => {
    const { source, set } = await prepared();
    await writeFile(join(fileURLToPath(source.uri), 'a', '2.png'), await greyPng(999, 40));
    await expect(embedLabelled(embedder, source, set, config)).rejects.toThrow(
      /labelled: "a\/2\.png" in .* is another image/,
    );
    await writeFile(join(fileURLToPath(source.uri), 'a', '2.png'), 'no image any more');
    await expect(embedLabelled(embedder, source, set, config)).rejects.toMatchObject({
      name: 'DataError',
      exitCode: 65,
    });
  });
});
