import { drawDistractor } from './draw-distractors.ts';
import { drawFace } from './draw-face.ts';
import type { Expression } from './expressions.ts';
import { STREET } from './looks.ts';
import type { DemoRandom } from './random.ts';
import { encode, FILE_TYPES, type FileType, render } from './render.ts';

/** A file of the pool. Without a label it is no image at all, so an audit says nothing of it. */
export interface PoolFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** `none` for an image without a face. */
  readonly label?: Expression | 'none';
}

/** How often people look like that when nobody asks them to: very unequal, and disgust is rare. */
const PROPORTIONS: Record<Expression, number> = {
  angry: 0.13,
  disgust: 0.05,
  fear: 0.11,
  happy: 0.27,
  neutral: 0.19,
  sad: 0.14,
  surprise: 0.11,
};

/** Images without a face, as a part of the images with one. */
const DISTRACTOR_PART = 0.1;

const extension = (random: DemoRandom): FileType => random.pick(FILE_TYPES);

/** Files that no decoder can read: an upload that failed, one that stopped halfway, and a text with a wrong name. */
const brokenFiles = (random: DemoRandom, readable: readonly PoolFile[]): PoolFile[] =>
  Array.from({ length: 12 }, (_, index) => {
    const whole = random.pick(readable.filter(({ name }) => name.endsWith('.png')));
    const bodies = [Buffer.alloc(0), whole.bytes.subarray(0, whole.bytes.length / 3), Buffer.from('not an image\n')];
    return { name: `broken-${String(index).padStart(2, '0')}.png`, bytes: bodies[index % bodies.length]! };
  });

/**
 * The unlabelled pool in a random order: faces in natural proportions, distractors, a few broken files and a few files
 * that stand in it twice.
 * @param faces - number of faces; the other kinds follow from it
 */
export const drawPool = async (random: DemoRandom, faces: number): Promise<PoolFile[]> => {
  const labels = Object.entries(PROPORTIONS).flatMap(([expression, part]) =>
    Array.from({ length: Math.round(faces * part) }, () => expression as Expression),
  );
  const things = Array.from({ length: Math.round(faces * DISTRACTOR_PART) }, () => 'none' as const);
  const order = random.shuffle<Expression | 'none'>([...labels, ...things]);
  const drawings = order.map((label) =>
    label === 'none' ? drawDistractor(random, STREET) : drawFace(random, STREET, label),
  );
  const pixels = await render(random, STREET, drawings);
  const files: PoolFile[] = [];
  for (const [index, label] of order.entries()) {
    const type = extension(random);
    const name = `street-${String(index).padStart(5, '0')}.${type}`;
    files.push({ name, label, bytes: await encode(pixels[index]!, type) });
  }
  const twice = random
    .shuffle(files)
    .slice(0, Math.round(faces / 200))
    .map((file) => ({ ...file, name: `copy-${file.name}` }));
  return random.shuffle([...files, ...twice, ...brokenFiles(random, files)]);
};
