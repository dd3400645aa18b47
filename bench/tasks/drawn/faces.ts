import sharp from 'sharp';
import { random } from '../../../core/tensor/random.ts';
import { drawDistractor } from '../../../demo/draw-distractors.ts';
import { drawFace } from '../../../demo/draw-face.ts';
import { EXPRESSIONS, type Expression } from '../../../demo/expressions.ts';
import { ALBUM, type Look, STREET } from '../../../demo/looks.ts';
import { createRandom } from '../../../demo/random.ts';
import { render, SIDE } from '../../../demo/render.ts';
import { type BenchTask, type Counts, NO_CLASS, type Stream, type TaskImage } from '../task.ts';
import { evenly, inRandomOrder, skewed } from './drawing.ts';

/** Height and width of a face in the task; the demo draws them larger. */
const FACE_SIDE = 48;

/** Faces that show less of what they feel, to a worse camera. */
const harder = (look: Look): Look => ({ ...look, intensity: [0.95, 0.25], noise: 12, tilt: 9, blur: 1 });
const LABELLED_PER_CLASS = 10;
const BENCHMARK_PER_CLASS = 300;
const POOL = 6000;
/** Things without a face in the pool of the other look, as a part of its faces. */
const DISTRACTORS = 0.1;
const CLASSES = { name: 'faces', classes: EXPRESSIONS };

const facesTask = (name: string, about: string, poolLook: Look, distractors: number): BenchTask => ({
  name,
  about,
  make: async (seed) => ({
    labelled: await drawFaces(harder(ALBUM), evenly(EXPRESSIONS, LABELLED_PER_CLASS), [seed, 'labelled']),
    pool: await drawFaces(
      harder(poolLook),
      { ...skewed(CLASSES, POOL, 5), [NO_CLASS]: Math.round(POOL * distractors) },
      [seed, name, 'pool'],
    ),
    benchmark: await drawFaces(harder(ALBUM), evenly(EXPRESSIONS, BENCHMARK_PER_CLASS), [seed, 'benchmark']),
  }),
});

/** The demo's faces, fewer labelled and harder to read. */
export const FACE_TASKS: readonly BenchTask[] = [
  facesTask('faces-album', 'drawn faces, 10 labelled a class; a pool of the same look', ALBUM, 0),
  facesTask(
    'faces-street',
    'the same; a pool of another look and a tenth of things without a face',
    STREET,
    DISTRACTORS,
  ),
];

/** Faces of a look in a random order; for `NO_CLASS`, things. */
export async function drawFaces(look: Look, counts: Counts, stream: Stream): Promise<TaskImage[]> {
  const labels = inRandomOrder(counts, random('faces', ...stream, 'order'));
  const pencil = createRandom(random('faces', ...stream, 'pencil').below(2 ** 32));
  const drawings = labels.map((label) =>
    label === NO_CLASS ? drawDistractor(pencil, look) : drawFace(pencil, look, label as Expression),
  );
  const images: TaskImage[] = [];
  for (const [i, pixels] of (await render(pencil, look, drawings)).entries()) {
    const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
    images.push({ label: labels[i]!, png: await image.resize(FACE_SIDE, FACE_SIDE).greyscale().png().toBuffer() });
  }
  return images;
}
