import { type Arm, armName, controlsOf, standingOf } from '../../contracts/arms.ts';
import type { Spread } from '../../contracts/evaluation.ts';
import { setName } from '../../contracts/names.ts';
import type { Summary } from '../../contracts/summary.ts';
import { verdictOf } from '../../evaluate/spread.ts';
import { count, counted, listed, percent, points } from '../../text/format.ts';
import { difference, distilledSpecs, shortName } from './arms.ts';
import { poolWarnings } from './pool-warnings.ts';

/** How a distilled set did as a boost, against what it has to beat. */
export interface Rivalry {
  readonly set: string;
  readonly boost: Spread;
  /** Paired differences by rival; only rivals that were measured. */
  readonly over: readonly { readonly rival: string; readonly by: Spread }[];
  /** Above every rival by more than the deviation of the difference. */
  readonly earned: boolean;
}

/** Every distilled set of ours on a benchmark, as a boost, against the controls of its arm. */
export const rivalries = (summary: Summary, benchmark: string): Rivalry[] =>
  distilledSpecs(summary).flatMap((set) => {
    const arm: Arm = { kind: 'boost/<method>-ipc<k>', set };
    const boost = summary.gain[benchmark]?.[armName(arm)];
    if (standingOf(arm) !== 'ours' || boost === undefined) return [];
    const over = controlsOf(arm).flatMap((control) => {
      const by = difference(summary, benchmark, armName(arm), control);
      return by === undefined ? [] : [{ rival: shortName(control), by }];
    });
    const earned = verdictOf(boost) === 'gain' && over.every(({ by }) => verdictOf(by) === 'gain');
    return [{ set: setName(set), boost, over, earned }];
  });

/** What was gained on a benchmark, in one sentence. */
export const gainSentence = (summary: Summary, benchmark: string): string => {
  const gain = summary.gain[benchmark]?.omni;
  if (gain === undefined) return 'The student was not measured on this benchmark.';
  const images = counted(summary.images.omni ?? summary.mined.mined, 'mined image');
  if (gain.values.length < 2) {
    return `No evidence of a gain: ${images} change accuracy by ${points(gain)} points on a single seed, which has no uncertainty to compare with.`;
  }
  const measured = `${points(gain)} points over ${gain.values.length} paired seeds`;
  return {
    gain: `${images} raise accuracy by ${measured}.`,
    loss: `${images} do harm: accuracy changes by ${measured}.`,
    'no-evidence': `No evidence of a gain: ${images} change accuracy by ${measured}, which is within its own deviation.`,
  }[verdictOf(gain)];
};

/** What the distilled sets are worth on a benchmark, in one sentence; nothing where a run makes none. */
export const distilledSentence = (summary: Summary, benchmark: string): string | undefined => {
  const all = rivalries(summary, benchmark);
  const earned = all.filter((set) => set.earned);
  if (all.length === 0) return undefined;
  if (earned.length === 0) {
    return `Of ${counted(all.length, 'distilled set')}, none is shown to be above its controls here.`;
  }
  const named = earned.map(({ set, boost }) => `${set} (${points(boost)} points)`);
  return `Of ${counted(all.length, 'distilled set')}, ${listed(named)} ${earned.length === 1 ? 'boosts' : 'boost'} the primitive and ${earned.length === 1 ? 'stands' : 'stand'} above the controls.`;
};

/** Everything that a reader has to know before believing the numbers. */
export const warningsOf = (summary: Summary): string[] => [
  ...(summary.config.seeds < 2 ? ['One seed alone tells nothing about chance. Set config.seeds to 3 or more.'] : []),
  ...poolWarnings(summary),
  ...Object.keys(summary.accuracy).flatMap((benchmark) => [
    ...harmWarning(summary, benchmark),
    ...controlWarning(summary, benchmark),
  ]),
  ...distilledWarning(summary),
  ...precisionWarning(summary),
  ...shardWarnings(summary),
];

function harmWarning(summary: Summary, benchmark: string): string[] {
  const gain = summary.gain[benchmark]?.omni;
  return gain !== undefined && verdictOf(gain) === 'loss'
    ? [
        `${benchmark}: the mined images made the model worse. Does the pool show the same kind of images as the labelled set?`,
      ]
    : [];
}

function controlWarning(summary: Summary, benchmark: string): string[] {
  const over = difference(summary, benchmark, 'omni', 'control');
  const { omni, control } = summary.gain[benchmark] ?? {};
  if (over === undefined || omni === undefined || control === undefined || verdictOf(over) === 'gain') return [];
  const both = `control ${points(control)}, omni ${points(omni)} points over the primitive`;
  return over.mean <= 0
    ? [
        `${benchmark}: the control, which never saw the pool, gained as much as omni or more (${both}): nothing shows that the pool helped.`,
      ]
    : [
        `${benchmark}: omni is ahead of the control by ${points(over)} points (${both}): no evidence that the pool, and not the training, made the difference.`,
      ];
}

/** One warning for all benchmarks: its last sentence need not be read twice. */
function distilledWarning(summary: Summary): string[] {
  const short = Object.keys(summary.accuracy).flatMap((benchmark) => {
    const reasons = rivalries(summary, benchmark).flatMap(({ set, over, boost, earned }) => {
      const rivals = over.filter(({ by }) => verdictOf(by) !== 'gain');
      const named = rivals.map(({ rival, by }) => `${points(by)} over ${rival}`);
      return earned ? [] : [`${set} (${listed(named.length > 0 ? named : [`${points(boost)} over the primitive`])})`];
    });
    return reasons.length > 0 ? [`on ${benchmark} ${listed(reasons)}`] : [];
  });
  return short.length > 0
    ? [
        `Not shown to be above the controls as a boost: ${short.join('; ')}. A distillation method earns its place only above the no-pool control and above random images of the same number.`,
      ]
    : [];
}

/** Distance of expected from audited precision beyond which the calibration misleads. */
const NOTABLE_GAP = 0.1;

function precisionWarning({ mined }: Summary): string[] {
  return mined.audit !== undefined && mined.expectedPrecision - mined.audit.high > NOTABLE_GAP
    ? [
        `The model expected ${percent(mined.expectedPrecision)} of its pseudo-labels to be right; the audit found ${percent(mined.audit.precision)}. Its probabilities are too high for this pool.`,
      ]
    : [];
}

const NAMED_SHARDS = 10;

function shardWarnings({ mined }: Summary): string[] {
  const { failedShards, truncatedShards } = mined;
  const warnings: string[] = [];
  if (failedShards.length > 0) {
    const named = failedShards.slice(0, NAMED_SHARDS).map(({ shard, error }) => `${shard} (${error.message})`);
    const more = failedShards.length > NAMED_SHARDS ? ' and others' : '';
    warnings.push(
      `The mined set lacks ${counted(failedShards.length, 'shard')} that failed: ${named.join('; ')}${more}.`,
    );
  }
  if (truncatedShards.length > 0) {
    const named = truncatedShards.slice(0, NAMED_SHARDS).map(count).join(', ');
    const more = truncatedShards.length > NAMED_SHARDS ? ' and others' : '';
    warnings.push(
      `${counted(truncatedShards.length, 'shard')} kept too few candidates, so images above the threshold may be missing: ${named}${more}. Mix the pool before it is cut into shards.`,
    );
  }
  return warnings;
}
