import { gateFiles } from '../../artifacts/gate.ts';
import { labelledSetFile, poolPreviewFile } from '../../artifacts/inputs.ts';
import type { ExposureLimits, GateCard } from '../../contracts/gate.ts';
import type { RejectionCounts } from '../../contracts/rejections.ts';
import { blankImages, type Images } from '../../data/images.ts';
import { addCounts } from '../../data/rejections.ts';
import { exposuresOf, limitsOf } from '../../gate/exposure.ts';
import { type Gate, judge } from '../../gate/gate.ts';
import type { JobContext } from '../../run/stage.ts';
import { fitJunkGate, type JunkGate, STEPS_IN_ALL } from './fit-gate.ts';

/** What more of the pool than this has is its nature and no fault of single images: the domain gap tells of it. */
const NATURE = 0.3;

/** Fits the gate on the labelled set, looks through it at the preview of the pool, and leaves it for mining. */
export const makeGate = async ({ store, plan, report, log }: JobContext) => {
  const { runId, config } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  // A run that was prepared by an earlier version has none.
  const preview = (await poolPreviewFile(runId).find(store)) ?? blankImages(config.image, 0);
  const onStep = (step: number): void => report(step, STEPS_IN_ALL);
  const fitted = await fitJunkGate(labelled, { keep: config.mining.gate.keep, seed: config.seed, onStep });
  const gate = withPreview(fitted, limitsOf(exposuresOf(labelled)), preview);
  const files = gateFiles(runId);
  await files.votes.write(store, gate.votes);
  await files.card.write(store, gate.card);
  for (const { level, words } of sentencesOf(gate.card)) log(level, words);
  return { counts: { steps: gate.card.junk.on ? STEPS_IN_ALL : 0, labelled: labelled.count, mined: 0 } };
};

/** The gate without the limits that much of the pool is beyond, and what it makes of the preview. */
export function withPreview({ junk, votes }: JunkGate, limits: Required<ExposureLimits>, preview: Images): Gate {
  const refusals = (junk: GateCard['junk'], limits: ExposureLimits): RejectionCounts => {
    const counts: RejectionCounts = {};
    const gate = { votes, card: { junk, limits, sample: { images: 0, rejected: {} } } };
    for (const refused of judge(gate, preview)) if (refused !== undefined) addCounts(counts, { [refused.reason]: 1 });
    return counts;
  };
  const isNature = (limit: ExposureLimits): boolean =>
    total(refusals({ ...junk, on: false }, limit)) > NATURE * preview.count;
  const kept = Object.fromEntries(Object.entries(limits).filter(([name, limit]) => !isNature({ [name]: limit })));
  return { votes, card: { junk, limits: kept, sample: { images: preview.count, rejected: refusals(junk, kept) } } };
}

function total(counts: RejectionCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function sentencesOf({ junk, sample }: GateCard): { readonly level: 'info' | 'warn'; readonly words: string }[] {
  if (!junk.on)
    return [{ level: 'warn', words: `No gate for junk: ${junk.why}. Whatever the pool holds can be mined.` }];
  const [first] = Object.entries(junk.passed.junk).sort(([, a], [, b]) => b - a);
  return [
    {
      level: 'info',
      words:
        `Gate for junk: it lets ${percent(junk.passed.labelled)} of held-out labelled images pass, and of made junk at most ` +
        `${percent(first?.[1] ?? 0)} (${first?.[0]}); of ${sample.images} images of the pool it would leave out ${total(sample.rejected)}`,
    },
  ];
}
