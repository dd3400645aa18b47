import { coloursFile } from '../artifacts/inputs.ts';
import type { Colours } from '../contracts/colours.ts';
import type { Plan } from '../contracts/plan.ts';
import { decodeInOrder } from '../data/decode-items.ts';
import { blankImages, type Images, imageAt, sliceImages } from '../data/images.ts';
import { openLabelled } from '../data/labelled/registry.ts';
import type { RawItem } from '../data/raw-item.ts';
import { withField } from '../errors.ts';
import type { JobContext } from '../run/stage.ts';
import { random } from '../tensor/random.ts';
import { coloursSentence } from '../text/colours.ts';
import { readPreview } from './pool-preview.ts';

/** Labelled images that are looked at. */
const MOST_IMAGES = 200;
/** Mean difference of a pixel's strongest and weakest channel from which an image is in colour: JPEG makes one or two of grey. */
const COLOURED = 6;

/** What was decided, to be kept once all of the input was found good. */
export interface Decided {
  /** With the channels that were taken. */
  readonly plan: Plan;
  /** Of the pool, where it had to be looked at and is seen as it was. */
  readonly preview?: Images<Uint8Array> | undefined;
  write(): Promise<void>;
}

/**
 * Whether a run sees grey or colour, where nobody has said: colour where most labelled images and most of the pool's are in colour.
 * Where the pool is grey, colour would tell it from the labelled set and show nothing else.
 */
export const decideChannels = async ({ store, plan, log }: JobContext): Promise<Decided> => {
  const { runId, config } = plan;
  if (!config.image.fromData) return { plan, write: async () => undefined };
  const inColour = withChannels(plan, 3);
  const labelled = colouredPart(await labelledSample(inColour));
  const preview = labelled > 0.5 ? await readPreview(store, inColour) : undefined;
  const pool = preview && colouredPart(preview);
  const colours: Colours = { labelled, pool, channels: pool !== undefined && pool > 0.5 ? 3 : 1 };
  log(pool !== undefined && colours.channels === 1 ? 'warn' : 'info', coloursSentence(colours));
  const decided = withChannels(plan, colours.channels);
  const write = async (): Promise<void> => {
    await coloursFile(runId).write(store, colours);
  };
  return { plan: decided, preview: colours.channels === 3 ? preview : undefined, write };
};

/** The part of images of three channels that are in colour; 0 of none. */
export function colouredPart(images: Images<Uint8Array>): number {
  let coloured = 0;
  for (let i = 0; i < images.count; i++) if (chromaOf(imageAt(images, i)) >= COLOURED) coloured++;
  return images.count === 0 ? 0 : coloured / images.count;
}

function chromaOf(rgb: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
    sum += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return sum / (rgb.length / 3);
}

/** What can be read of some labelled images. */
async function labelledSample({ labelled, config }: Plan): Promise<Images<Uint8Array>> {
  const source = { field: 'labelled', uri: labelled };
  const draw = random(config.seed, 'colours');
  const some: RawItem[] = [];
  let seen = 0;
  for await (const item of withField(source.field, rawItems())) {
    // Each image as likely as any other, without holding more than the sample (Vitter's algorithm R).
    const place = some.length < MOST_IMAGES ? some.length : draw.below(seen + 1);
    if (place < MOST_IMAGES) some[place] = item;
    seen++;
  }
  const sample = blankImages(config.image, some.length);
  let count = 0;
  for await (const item of decodeInOrder(some, config.image, config.limits)) {
    if (item.kind === 'image') imageAt(sample, count++).set(item.pixels);
  }
  return sliceImages(sample, 0, count);

  async function* rawItems(): AsyncGenerator<RawItem> {
    const { format, source: found } = await openLabelled(source);
    yield* format.read(found, config.limits);
  }
}

function withChannels(plan: Plan, channels: 1 | 3): Plan {
  return { ...plan, config: { ...plan.config, image: { ...plan.config.image, channels } } };
}
